package halfstep.roofline;

import halfstep.linear.QuantizedLinear;
import halfstep.metric.Stopwatch;
import halfstep.metric.Timing;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Times products with one matrix, as float32 and packed: does reading fewer bits pay? */
public final class ProductRates {

  private static final float SIGMA = 0.02f;
  private static final long SEED = 1;

  private ProductRates() {}

  /**
   * A matrix to try with: normal, of a deviation that weights of language models have.
   *
   * @param seed the same seed gives the same matrix
   */
  static Matrix example(int out, int in, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Matrix w = Matrix.zeros(out, in);
    float[] row = new float[in];
    for (long r = 0; r < out; r++) {
      for (int c = 0; c < in; c++) {
        row[c] = SIGMA * (float) random.nextGaussian();
      }
      w.write(r * in, row, 0, in);
    }
    return w;
  }

  /**
   * Measures products of each kind of weights with each number of rows, on all cores.
   *
   * @param size rows and columns of W, which is an {@link #example}
   * @param specs what W is rounded to, packed as {@link QuantizedLinear} does; along axis 1
   * @param rows numbers of rows of X, each at least 1
   * @param seconds how long to measure each at least
   * @param each hears every rate as soon as it is known
   * @return float32 first, then in the order of {@code specs}; within each in that of {@code rows}
   * @throws IllegalArgumentException if a spec cannot be multiplied with packed
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static List<ProductRate> measure(
      int size,
      List<QuantSpec> specs,
      List<Integer> rows,
      double seconds,
      Consumer<ProductRate> each) {
    Matrix w = example(size, size, SEED);
    List<ProductRate> rates = new ArrayList<>();
    long plain = w.size() * Float.BYTES;
    rates.addAll(
        rates("float32", plain, w, rows, seconds, each, x -> Matmul.timesTransposedHere(x, w)));
    for (QuantSpec spec : specs) {
      QuantizedLinear packed = QuantizedLinear.of(RoundToNearest.quantize(w, spec));
      rates.addAll(rates(spec.label(), packed.bytes(), w, rows, seconds, each, packed::apply));
    }
    return rates;
  }

  private static List<ProductRate> rates(
      String weights,
      long bytes,
      Matrix w,
      List<Integer> rows,
      double seconds,
      Consumer<ProductRate> each,
      UnaryOperator<Matrix> product) {
    List<ProductRate> rates = new ArrayList<>();
    for (int count : rows) {
      Matrix x = example(count, Math.toIntExact(w.cols()), count);
      Timing timing = time(new Stopwatch(seconds, done -> {}), () -> product.apply(x));
      long moved = bytes + (x.size() + count * w.rows()) * Float.BYTES;
      ProductRate rate = new ProductRate(weights, count, moved, 2 * count * w.size(), timing);
      rates.add(rate);
      each.accept(rate);
    }
    return rates;
  }

  /** Times work that throws nothing checked. */
  static Timing time(Stopwatch watch, Callable<?> work) {
    try {
      return watch.time(work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("products throw nothing checked", e);
    }
  }
}
