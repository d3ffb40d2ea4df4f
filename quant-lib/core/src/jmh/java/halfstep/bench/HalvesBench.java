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
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** 16 M values of a checkpoint's 16-bit formats to float32, beside a plain copy of 64 MiB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HalvesBench {

  /** The format; {@code copy} copies as many float32 values. */
  @Param({"bf16", "f16", "copy"})
  public String format = "";

  private final Matrix into = Matrix.zeros(4096, 4096);
  private MemorySegment halves = MemorySegment.NULL;

  /** Makes finite values. */
  @Setup
  public void prepare() {
    halves = Arena.ofAuto().allocate(format.equals("copy") ? 4 * into.size() : 2 * into.size());
    for (long i = 0; i < halves.byteSize(); i++) {
      halves.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 & 0x3f));
    }
  }

  /** The values as float32. */
  @Benchmark
  public Matrix widen() {
    switch (format) {
      case "bf16" -> Halves.readBfloat16(halves, into);
      case "f16" -> Halves.readFloat16(halves, into);
      default -> into.segment().copyFrom(halves);
    }
    return into;
  }
}
