package halfstep.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import halfstep.awq.AwqClipSearch;
import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.awq.Clipping;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.Hessian;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.List;

/** A layer of 1024 × 1024 in groups of 128 with 8192 tokens, by the methods that look at inputs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class CalibratedBench {

  private final QuantSpec spec = QuantSpec.of(4, 128).with(ZeroPoint.INTEGER);
  private Matrix w = Matrix.zeros(1, 1);
  private Matrix x = Matrix.zeros(1, 1);

  /** Makes layer and inputs. */
  @Setup
  public void prepare() {
    w = Data.gaussian(1024, 1024, 0.02f);
    x = Data.inputs(8192, 1024);
  }

  /** AWQ's clip limits. */
  @Benchmark
  public Clipping awqClip() {
    AwqClipSearch search = new AwqClipSearch(w, spec, x);
    return search.best(search.steps().toList());
  }

  /** AWQ's ratio for one linear layer. */
  @Benchmark
  public List<AwqStep> awqScale() {
    AwqScaleSearch search =
        new AwqScaleSearch(
            List.of(w),
            spec,
            Awq.DEFAULT,
            Activations.of(x),
            Inspected.layer(x));
    return search.steps().toList();
  }

  /** GPTQ's Hessian, its factor, and all column blocks. */
  @Benchmark
  public QuantizedMatrix gptq() {
    return new GptqSolver(w, spec, Gptq.DEFAULT, Hessian.of(x)).result();
  }
}
