package halfstep.cuda;

import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import halfstep.forward.DecoderWeights;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A decoder on its way to the device, and which of its tensors are there already, as another's.
 *
 * @param weights of the decoder
 * @param there the other; nothing is there if it is empty
 */
record Beside(DecoderWeights weights, Optional<DecoderOnDevice> there) {

  /** One that has no other beside it. */
  static Beside nothing(DecoderWeights weights) {
    return new Beside(weights, Optional.empty());
  }

  /** Who has the embedding, the head and the last norm. */
  Optional<DecoderOnDevice> outside() {
    return there.filter(other -> weights.sharesOutside(other.weights()));
  }

  /** Who has a tensor of a block. */
  Optional<DecoderOnDevice> part(int block, Part part) {
    return there.filter(other -> weights.shares(other.weights(), block, part));
  }

  /** Bytes of all tensors that are not there. */
  long bytes() {
    return missing().sum();
  }

  /** Bytes of the largest of them; 0 if there is none. */
  long largestBytes() {
    return missing().max().orElse(0);
  }

  private LongStream missing() {
    DecoderShape shape = weights.shape();
    LongStream parts =
        IntStream.range(0, shape.blocks())
            .boxed()
            .flatMapToLong(block ->
                shape.parts().stream()
                    .filter(part -> part(block, part).isEmpty())
                    .mapToLong(part -> shape.shape(part).size()));
    long tokens = shape.tokens().size();
    LongStream ends =
        outside().isPresent()
            ? LongStream.empty()
            : LongStream.of(tokens, shape.tied() ? 0 : tokens, shape.hidden());
    return LongStream.concat(parts, ends).map(size -> size * Float.BYTES);
  }
}
