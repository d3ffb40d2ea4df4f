package halfstep.lab.allocation;

/**
 * One way of storing a layer.
 *
 * @param bytes what it takes
 * @param loss what it costs, added up over layers; finite
 */
public record KnapsackChoice(long bytes, double loss) {

  /** Refuses what cannot be added up. */
  public KnapsackChoice {
    if (bytes < 0 || !Double.isFinite(loss)) {
      throw new IllegalArgumentException(
          "a choice of %d bytes and loss %s cannot be weighed; bytes are at least 0, losses finite"
              .formatted(bytes, loss));
    }
  }
}
