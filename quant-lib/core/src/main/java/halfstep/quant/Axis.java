package halfstep.quant;

/** Which weights share a scale, with hqq's numbers. */
public enum Axis {
  /**
   * hqq's axis 0: a group runs down the matrix. Element {@code i} of group {@code j} is element
   * {@code i·n + j} of the row-major order, with {@code n} groups in all.
   */
  OUT(0),
  /** hqq's axis 1, what all fast kernels expect: a group is consecutive inputs of one row. */
  IN(1);

  private final int number;

  Axis(int number) {
    this.number = number;
  }

  /** The number that hqq's {@code axis} argument takes. */
  public int number() {
    return number;
  }

  /**
   * The axis with hqq's number.
   *
   * @throws IllegalArgumentException for anything but 0 and 1
   */
  public static Axis of(int number) {
    return switch (number) {
      case 0 -> OUT;
      case 1 -> IN;
      default ->
          throw new IllegalArgumentException(
              "axis %d does not exist; 1 groups inputs of a row, 0 groups down the matrix"
                  .formatted(number));
    };
  }
}
