package halfstep.metric;

import static halfstep.metric.ErrorKernel.LANES;

import halfstep.backend.Backends;
import halfstep.backend.PlainFirst;

/**
 * Running sums over pairs of a value and its approximation, in double: each call's pairs in lanes,
 * which fold 8 → 4 → 2 → 1, and call after call.
 */
final class ErrorSums {

  /** Pairs that plain loops add in a fraction of a second. */
  private static final long SMALL = 1L << 26;

  private static final PlainFirst<ErrorKernel> KERNELS =
      Backends.plainFirst(ErrorKernel.class, ScalarErrors::new, SMALL);

  private long count;
  private double abs;
  private double square;
  private double most;
  private double signal;
  private double power;
  private double product;

  /** Adds {@code count} pairs from {@code offset} on. */
  void add(float[] original, float[] approximation, int offset, int count) {
    double[] lanes = new double[ErrorKernel.ALL];
    KERNELS.next(count).add(original, approximation, offset, count, lanes);
    abs += folded(lanes, ErrorKernel.ABS);
    square += folded(lanes, ErrorKernel.SQUARE);
    signal += folded(lanes, ErrorKernel.SIGNAL);
    power += folded(lanes, ErrorKernel.POWER);
    product += folded(lanes, ErrorKernel.PRODUCT);
    for (int lane = ErrorKernel.MOST; lane < ErrorKernel.ALL; lane++) {
      most = Math.max(most, lanes[lane]);
    }
    this.count += count;
  }

  private static double folded(double[] lanes, int from) {
    double even = (lanes[from] + lanes[from + 4]) + (lanes[from + 2] + lanes[from + 6]);
    double odd = (lanes[from + 1] + lanes[from + 5]) + (lanes[from + 3] + lanes[from + LANES - 1]);
    return even + odd;
  }

  /** Adds what was summed elsewhere. */
  void add(ErrorSums other) {
    count += other.count;
    abs += other.abs;
    square += other.square;
    most = Math.max(most, other.most);
    signal += other.signal;
    power += other.power;
    product += other.product;
  }

  ErrorMetrics metrics() {
    double relative = square == 0 ? 0 : Math.sqrt(square / signal);
    double sqnr = square == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / square);
    return new ErrorMetrics(abs / count, square / count, most, relative, sqnr, cosine());
  }

  /** Two zero vectors point the same way; a zero vector and another do not. */
  private double cosine() {
    if (signal == 0 || power == 0) {
      return signal == power ? 1 : 0;
    }
    return product / Math.sqrt(signal) / Math.sqrt(power);
  }
}
