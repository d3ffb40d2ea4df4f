package halfstep.lab.fused;

import halfstep.linear.QuantizedLinear;
import halfstep.metric.Stopwatch;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * One layer's product both ways: its weights turned back as a whole and multiplied, or multiplied
 * from packed codes. Times are of all cores here and now, and differ from run to run.
 *
 * @param rows of input
 * @param wholeNanos median time of turning back and multiplying
 * @param multiplyNanos the part of it that multiplies
 * @param fusedNanos median time from packed codes
 * @param wholeBytes workspace of the first way: the weights as float32
 * @param packedBytes what stays in memory either way: packed codes, scales, zeros
 * @param difference ‖fused − whole‖ / ‖whole‖: the same sums in another order
 */
public record ProductPair(
    int rows,
    double wholeNanos,
    double multiplyNanos,
    double fusedNanos,
    long wholeBytes,
    long packedBytes,
    double difference) {

  private static final long SEED = 1;

  /**
   * Measures.
   *
   * @param weights of one layer; groups along axis 1, in order
   * @param rows numbers of rows of input, each at least 1
   * @param seconds how long to measure each at least
   * @param sink takes each pair as it is known, in order, on the calling thread
   * @param progress hears the share done, 0 to 1
   * @return one per number of rows
   * @throws IllegalArgumentException if the layer cannot be multiplied with packed
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static List<ProductPair> measure(
      QuantizedMatrix weights,
      List<Integer> rows,
      double seconds,
      Consumer<ProductPair> sink,
      DoubleConsumer progress) {
    QuantizedLinear packed = QuantizedLinear.of(weights);
    Matrix dequantized = weights.dequantized();
    List<ProductPair> pairs = new ArrayList<>();
    for (int count : rows) {
      Matrix x = inputs(count, weights.shape().cols());
      double multiply = nanos(seconds, () -> Matmul.timesTransposed(x, dequantized));
      double whole = nanos(seconds, () -> Matmul.timesTransposed(x, weights.dequantized()));
      double fused = nanos(seconds, () -> packed.apply(x));
      pairs.add(
          new ProductPair(
              count,
              whole,
              multiply,
              fused,
              dequantized.size() * Float.BYTES,
              packed.bytes(),
              difference(Matmul.timesTransposed(x, dequantized), packed.apply(x))));
      sink.accept(pairs.getLast());
      progress.accept((double) pairs.size() / rows.size());
    }
    return pairs;
  }

  /** How often as fast the fused product is. */
  public double speedUp() {
    return wholeNanos / fusedNanos;
  }

  /**
   * The least number of rows measured from which on turning back first is faster; empty if it never
   * is.
   */
  public static OptionalInt crossover(List<ProductPair> pairs) {
    int from = -1;
    for (ProductPair pair : pairs.reversed()) {
      if (pair.speedUp() >= 1) {
        break;
      }
      from = pair.rows();
    }
    return from < 0 ? OptionalInt.empty() : OptionalInt.of(from);
  }

  private static Matrix inputs(int rows, long cols) {
    SplittableRandom random = new SplittableRandom(SEED);
    Matrix x = Matrix.zeros(rows, cols);
    for (long i = 0; i < x.size(); i++) {
      x.put(i, (float) random.nextGaussian());
    }
    return x;
  }

  private static double difference(Matrix expected, Matrix actual) {
    double square = 0;
    double norm = 0;
    for (long i = 0; i < expected.size(); i++) {
      double d = (double) actual.at(i) - expected.at(i);
      square += d * d;
      norm += (double) expected.at(i) * expected.at(i);
    }
    return Math.sqrt(square / norm);
  }

  private static double nanos(double seconds, Callable<?> work) {
    try {
      return new Stopwatch(seconds, done -> {}).time(work).quantile(0.5);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("products throw nothing checked", e);
    }
  }
}
