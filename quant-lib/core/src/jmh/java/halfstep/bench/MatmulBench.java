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
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;

/** {@code X · Wᵀ} in float32: many rows of a 1024 × 4096 layer, few of a 4096 × 4096 one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBench {

  /** Rows of X × rows of W × inner side. */
  @Param({"1024 1024 4096", "1 4096 4096", "4 4096 4096", "16 4096 4096"})
  public String sides = "";

  private Matrix x = Matrix.zeros(1, 1);
  private Matrix w = Matrix.zeros(1, 1);

  /** Makes both matrices. */
  @Setup
  public void prepare() {
    String[] words = sides.split(" ", -1);
    x = Data.gaussian(Long.parseLong(words[0]), Long.parseLong(words[2]), 1);
    w = Data.gaussian(Long.parseLong(words[1]), Long.parseLong(words[2]), 0.02f);
  }

  /** The product. */
  @Benchmark
  public Matrix product() {
    return Matmul.timesTransposed(x, w);
  }
}
