package halfstep.backend;

import halfstep.hqq.HqqDirect;
import halfstep.linear.QuantizedLinear;
import halfstep.metric.ErrorKernel;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.tensor.ElementKernel;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program of its own: what large work costs in this JVM, after tiny work of the same kind or
 * without it. Prints a line per kind of work: its name and the least nanoseconds of a call.
 */
final class KernelRates {

  /** What the JVM did before: nothing, or thousands of calls that hold less than a vector. */
  enum History {
    NONE,
    TINY
  }

  private static final int TINY_CALLS = 30_000;

  /** One call in so many is larger: what never happens at all, the compiler treats otherwise. */
  private static final int RARELY = 1000;

  private static final int LEAST_CALLS = 20;

  private KernelRates() {}

  /**
   * Measures.
   *
   * @param arguments the history, and for how many milliseconds each kind is measured
   */
  public static void main(String[] arguments) {
    if (History.valueOf(arguments[0]) == History.TINY) {
      makeHistory(works(4, 8, 7), works(4, 64, 16));
    }
    Duration each = Duration.ofMillis(Long.parseLong(arguments[1]));
    works(256, 512, 256 * 512)
        .forEach((name, work) -> System.out.println(name + " " + nanos(work, each)));
  }

  private static void makeHistory(Map<String, Runnable> tiny, Map<String, Runnable> larger) {
    tiny.forEach((name, work) -> {
      for (int i = 0; i < TINY_CALLS; i++) {
        (i % RARELY == 0 ? larger.getOrDefault(name, work) : work).run();
      }
    });
  }

  /**
   * Every kind of work by a matrix of rows × in, with groups of at most 64, or by some elements.
   */
  private static Map<String, Runnable> works(int rows, int in, int elements) {
    Matrix w = Matrix.zeros(rows, in);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, i * 37 % 64 - 31.5f);
    }
    Matrix one = w.rows(0, 1);
    Matrix four = w.rows(0, 4);
    QuantSpec spec = QuantSpec.of(3, Math.min(in, 64));
    QuantizedLinear layer = QuantizedLinear.of(MinMaxRounding.codes(w, spec));
    ElementKernel functions = kernel(ElementKernel.class);
    ErrorKernel errors = kernel(ErrorKernel.class);
    float[] x = new float[elements];
    float[] y = new float[elements];
    double[] lanes = new double[ErrorKernel.ALL];
    Map<String, Runnable> works = new LinkedHashMap<>();
    works.put("product of one row", () -> Matmul.timesTransposed(one, w));
    works.put("product of four rows", () -> Matmul.timesTransposed(four, w));
    works.put("packed product of one row", () -> layer.apply(one));
    works.put("packed product of four rows", () -> layer.apply(four));
    works.put("HQQ", () -> HqqDirect.quantize(w, spec, QuantMethod.Hqq.DEFAULT));
    works.put("exponentials", () -> functions.exp(x, 0, x.length, 1, 1));
    works.put("SwiGLU", () -> functions.swiGlu(y, x, x.length));
    works.put("errors", () -> errors.add(x, y, 0, x.length, lanes));
    return works;
  }

  private static <K> K kernel(Class<K> type) {
    return Backends.available().getFirst().kernel(type).orElseThrow();
  }

  private static long nanos(Runnable work, Duration patience) {
    long least = Long.MAX_VALUE;
    long begun = System.nanoTime();
    for (int i = 0; i < LEAST_CALLS || System.nanoTime() - begun < patience.toNanos(); i++) {
      long before = System.nanoTime();
      work.run();
      least = Math.min(least, System.nanoTime() - before);
    }
    return least;
  }
}
