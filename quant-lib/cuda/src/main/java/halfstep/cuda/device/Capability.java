package halfstep.cuda.device;

/**
 * The compute capability of a GPU, which says what instructions it has.
 *
 * @param major 7 for Turing, 8 for Ampere and Ada, 9 for Hopper, 10 and 12 for Blackwell
 * @param minor its second digit
 */
public record Capability(int major, int minor) implements Comparable<Capability> {

  /** What the PTX that is shipped was compiled for: Turing. */
  public static final Capability LEAST = new Capability(7, 5);

  @Override
  public int compareTo(Capability other) {
    return major == other.major
        ? Integer.compare(minor, other.minor)
        : Integer.compare(major, other.major);
  }

  /** As compilers write it: {@code sm_90}. */
  @Override
  public String toString() {
    return "sm_%d%d".formatted(major, minor);
  }
}
