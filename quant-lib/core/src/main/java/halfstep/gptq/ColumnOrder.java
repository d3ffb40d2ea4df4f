package halfstep.gptq;

import halfstep.tensor.Matrix;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Which input channel is solved when; immutable. */
public final class ColumnOrder {

  private final int[] channels;

  private ColumnOrder(int[] channels) {
    this.channels = channels;
  }

  /** Channels as they come. */
  static ColumnOrder natural(int size) {
    return new ColumnOrder(IntStream.range(0, size).toArray());
  }

  /** The most strongly driven channel first: falling diagonal of H, equal ones as they come. */
  static ColumnOrder byActivation(Matrix h) {
    return new ColumnOrder(
        IntStream.range(0, Math.toIntExact(h.rows()))
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -InverseFactor.diagonal(h, c)))
            .mapToInt(Integer::intValue)
            .toArray());
  }

  /** The channel that is solved as number {@code position}, from 0. */
  public int channel(int position) {
    return channels[position];
  }

  /** Number of channels. */
  public int size() {
    return channels.length;
  }

  /** A new array of all channels in solved order. */
  public int[] toArray() {
    return channels.clone();
  }

  @Override
  public String toString() {
    return "ColumnOrder of %d channels, first %d, last %d"
        .formatted(channels.length, channels[0], channels[channels.length - 1]);
  }
}
