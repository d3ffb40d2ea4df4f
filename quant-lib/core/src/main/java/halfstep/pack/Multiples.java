package halfstep.pack;

/** The way out that a refused side is told. */
final class Multiples {

  private Multiples() {}

  /** The multiples of {@code unit} around {@code side}: {@code "96, 104"}. */
  static String near(long side, long unit) {
    long below = side / unit * unit;
    return below == 0 ? String.valueOf(unit) : below + ", " + (below + unit);
  }
}
