package halfstep.forward;

import halfstep.forward.DecoderShape.Part;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.lang.foreign.Arena;

/**
 * A decoder's weights in float32, each read once on its way to a device. What is not in memory
 * already is read into {@code memory} and not kept. No matrix is to be modified.
 */
public interface DecoderWeights {

  /** Its shape. */
  DecoderShape shape();

  /** A row per token, {@code vocabulary × hidden}. */
  Matrix embedding(Arena memory);

  /** The output head, {@code vocabulary × hidden}; of a tied decoder the embedding. */
  Matrix head(Arena memory);

  /** The gain of the norm before the head, {@code 1 × hidden}. */
  Matrix finalNorm(Arena memory);

  /**
   * A tensor of a block.
   *
   * @param block from 0
   * @param part one of its shape's {@linkplain DecoderShape#parts parts}
   */
  Matrix part(int block, Part part, Arena memory);

  /**
   * Whether a tensor of a block is another decoder's, too: then one copy on a device serves both.
   *
   * @param block from 0
   */
  default boolean shares(DecoderWeights other, int block, Part part) {
    return false;
  }

  /** Whether embedding, head and last norm all are another decoder's, too. */
  default boolean sharesOutside(DecoderWeights other) {
    return false;
  }

  /** By how much the first positions turn queries and keys. */
  Rotation rotation(int positions);

  /**
   * Cosines and sines of the angles of each position's pairs.
   *
   * @param cosines {@code positions × headDim / 2}
   * @param sines the same
   */
  record Rotation(Matrix cosines, Matrix sines) {

    /**
     * Refuses shapes that differ.
     *
     * @throws ShapeException if they do
     */
    public Rotation {
      if (!cosines.shape().equals(sines.shape())) {
        throw new ShapeException(
            "cosines are %s, sines are %s; both want positions × headDim / 2"
                .formatted(cosines.shape(), sines.shape()));
      }
    }
  }
}
