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
import halfstep.compose.Quantize;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;

/** A layer of 4096 × 4096 in groups of 64, by the methods that need no data. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DataFreeBench {

  /** Method, bits, axis, σ. */
  @Param({
    "hqq 4 1 0.02",
    "hqq 3 1 0.02",
    "hqq 2 1 0.02",
    "hqq 8 1 0.02",
    "hqq 4 0 0.02",
    "hqq 4 1 1",
    "ls 4 1 0.02",
    "rtn 4 1 0.02"
  })
  public String work = "";

  private Matrix w = Matrix.zeros(1, 1);
  private QuantSpec spec = QuantSpec.of(4, 64);
  private DataFree method = Hqq.LEGACY;

  /** Makes the layer. */
  @Setup
  public void prepare() {
    String[] words = work.split(" ", -1);
    Axis axis = Axis.of(Integer.parseInt(words[2]));
    spec = new QuantSpec(Bits.of(words[1]), 64, axis, ZeroPoint.FLOAT);
    w = Data.gaussian(4096, 4096, Float.parseFloat(words[3]));
    method =
        switch (words[0]) {
          case "hqq" -> Hqq.LEGACY;
          case "ls" -> new LeastSquares(20);
          case "rtn" -> new Rtn();
          default -> throw new IllegalArgumentException(work);
        };
  }

  /** Codes, scales and zeros. */
  @Benchmark
  public QuantizedMatrix quantize() {
    return Quantize.dataFree(w, spec, method);
  }
}
