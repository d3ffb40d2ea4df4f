package halfstep.quant;

/**
 * Smallest and largest weight of a group.
 *
 * @param least the smallest
 * @param most the largest, not below {@code least}
 */
public record GroupRange(float least, float most) {

  /** Refuses ends so far apart that scales would be infinite or 0. */
  public GroupRange {
    if (!Float.isFinite(most - least)) {
      throw new IllegalArgumentException(
          "a group's weights reach from %s to %s, a range that float32 cannot hold; scale them down or split the group"
              .formatted(least, most));
    }
  }

  /**
   * The range of {@code size} weights.
   *
   * @param w holds the group; not modified
   * @param from index of the group's first element
   * @param size number of elements, at least 1
   */
  public static GroupRange of(float[] w, int from, int size) {
    float least = w[from];
    float most = w[from];
    for (int i = from + 1; i < from + size; i++) {
      least = Math.min(least, w[i]);
      most = Math.max(most, w[i]);
    }
    return new GroupRange(least, most);
  }

  /** Distance between both ends. */
  public float width() {
    return most - least;
  }

  /** The larger of both ends' magnitudes. */
  public float magnitude() {
    return Math.max(Math.abs(least), Math.abs(most));
  }

  /** The same range, stretched where necessary until 0 lies in it. */
  public GroupRange withZero() {
    return new GroupRange(Math.min(0f, least), Math.max(0f, most));
  }
}
