package halfstep.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import halfstep.linear.QuantizedLinear;
import halfstep.linear.QuantizedLinear.Layout;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;

/** A quantized layer of 4096 × 4096 in groups of 64 times few rows of inputs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class QuantizedLinearBench {

  /** Layout, bits, rows of inputs. */
  @Param({
    "WORDS 4 1", "WORDS 3 1", "WORDS 2 1",
    "PLANES 4 1", "PLANES 3 1", "PLANES 2 1",
    "WORDS 4 4", "WORDS 3 4", "PLANES 3 4", "WORDS 4 16", "WORDS 3 16", "PLANES 3 16"
  })
  public String work = "";

  private Matrix x = Matrix.zeros(1, 1);
  private QuantizedLinear layer = layer(Layout.WORDS, 4, 64);

  private static QuantizedLinear layer(Layout layout, int bits, int side) {
    Matrix w = Data.gaussian(side, side, 0.02f);
    return QuantizedLinear.of(MinMaxRounding.codes(w, QuantSpec.of(bits, 64)), layout);
  }

  /** Packs the layer. */
  @Setup
  public void prepare() {
    String[] words = work.split(" ", -1);
    layer = layer(Layout.valueOf(words[0]), Integer.parseInt(words[1]), 4096);
    x = Data.gaussian(Integer.parseInt(words[2]), 4096, 1);
  }

  /** The product. */
  @Benchmark
  public Matrix product() {
    return layer.apply(x);
  }
}
