package halfstep.bench;

import halfstep.hqq.HqqSolver;
import halfstep.ls.LeastSquaresSolver;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.compose.Quantize;
import halfstep.tensor.Matrix;
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

/** The clear path, step by step, beside the direct one: 1024 × 1024, 4 bit, groups of 64. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class StepsBench {

  private static final QuantSpec SPEC = QuantSpec.of(4, 64);

  @Param({"hqq", "ls"})
  public String method = "";

  private Matrix w = Matrix.zeros(1, 1);

  /** Makes the layer. */
  @Setup
  public void prepare() {
    w = Data.gaussian(1024, 1024, 0.02f);
  }

  /** Every step, as a notebook shows them. */
  @Benchmark
  public Object steps() {
    return method.equals("ls")
        ? new LeastSquaresSolver(w, SPEC, 20).result()
        : new HqqSolver(w, SPEC, Hqq.LEGACY).result();
  }

  /** The same codes without the steps between. */
  @Benchmark
  public QuantizedMatrix direct() {
    DataFree chosen = method.equals("ls") ? new LeastSquares(20) : Hqq.LEGACY;
    return Quantize.dataFree(w, SPEC, chosen);
  }
}
