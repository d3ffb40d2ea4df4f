package halfstep.metric;

/** Running sums over pairs of a value and its approximation, in double. */
final class ErrorSums {

  private long count;
  private double abs;
  private double square;
  private double most;
  private double signal;
  private double power;
  private double product;

  /** Adds {@code count} pairs from {@code offset} on. */
  void add(float[] original, float[] approximation, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      double w = original[i];
      double a = approximation[i];
      double difference = Math.abs(w - a);
      abs += difference;
      square += difference * difference;
      most = Math.max(most, difference);
      signal += w * w;
      power += a * a;
      product += w * a;
    }
    this.count += count;
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
