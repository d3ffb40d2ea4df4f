package halfstep.metric;

/** {@link ErrorKernel} in a plain loop. */
public final class ScalarErrors implements ErrorKernel {

  @Override
  public void add(float[] original, float[] approximation, int from, int count, double[] lanes) {
    for (int i = 0; i < count; i++) {
      add(original[from + i], approximation[from + i], i % LANES, lanes);
    }
  }

  @Override
  public void largest(float[] original, float[] other, float[] most) {
    largest(original, other, 0, most);
  }

  /** The same from an element on. */
  public static void largest(float[] original, float[] other, int from, float[] most) {
    for (int i = from; i < original.length; i++) {
      most[0] = Math.max(most[0], Math.abs(original[i] - other[i]));
      most[1] = Math.max(most[1], Math.abs(original[i]));
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
