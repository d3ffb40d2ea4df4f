package halfstep.lab.memory;

import halfstep.llm.ModelConfig;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/** What fits on a card: how many sequences, how long a context, and which card is enough. */
public final class Fit {

  /** Memory of the cards that are sold, in GiB as their driver reports it, rounded. */
  public static final List<Double> CARDS =
      List.of(8.0, 10.0, 12.0, 16.0, 24.0, 32.0, 40.0, 48.0, 80.0, 96.0, 141.0);

  private static final double GIB = 1L << 30;
  private static final int MOST_SEQUENCES = 1 << 20;

  private Fit() {}

  /**
   * Sequences of the settings' context that fit at once; 0 if not even one does.
   *
   * @param vram bytes of each device
   */
  public static int sequences(
      ModelConfig config, ServingSettings settings, boolean fused, long vram) {
    return largest(
        MOST_SEQUENCES,
        batch -> MemoryPlan.of(config, settings.withBatch(batch)).peak(fused) <= vram);
  }

  /** The longest context of the settings' sequences that fits; 0 if not even one token does. */
  public static int context(
      ModelConfig config, ServingSettings settings, boolean fused, long vram) {
    return largest(
        config.maxPositions(),
        context -> MemoryPlan.of(config, settings.withContext(context)).peak(fused) <= vram);
  }

  /** The smallest card, in GiB, that holds so many bytes; empty if none does. */
  public static OptionalDouble card(long bytes) {
    return CARDS.stream()
        .mapToDouble(Double::doubleValue)
        .filter(gib -> bytes <= gib * GIB)
        .findFirst();
  }

  /** The largest number from 1 on that fits; what fits with more fits with less. */
  private static int largest(int most, IntFunction<Boolean> fits) {
    int low = 0;
    int high = 1;
    while (high < most && fits.apply(high)) {
      low = high;
      high = Math.min(most, 2 * high);
    }
    if (fits.apply(high)) {
      return high;
    }
    while (high - low > 1) {
      int middle = low + (high - low) / 2;
      if (fits.apply(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
