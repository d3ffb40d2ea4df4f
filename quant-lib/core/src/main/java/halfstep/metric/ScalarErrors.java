package halfstep.metric;

/** {@link ErrorKernel} in a plain loop. */
public final class ScalarErrors implements ErrorKernel {

  @Override
  public void add(float[] original, float[] approximation, int from, int count, double[] lanes) {
    for (int i = 0; i < count; i++) {
      add(original[from + i], approximation[from + i], i % LANES, lanes);
    }
  }

  /** One pair into one lane of each sum. */
  public static void add(double w, double a, int lane, double[] lanes) {
    double difference = Math.abs(w - a);
    lanes[ABS + lane] += difference;
    lanes[SQUARE + lane] += difference * difference;
    lanes[SIGNAL + lane] += w * w;
    lanes[POWER + lane] += a * a;
    lanes[PRODUCT + lane] += w * a;
    lanes[MOST + lane] = Math.max(lanes[MOST + lane], difference);
  }
}
