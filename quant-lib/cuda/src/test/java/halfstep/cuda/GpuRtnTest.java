package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.backend.DeviceWork;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rounding to nearest on the device against the processor: codes, scales and zeros bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuRtnTest {

  private final CudaBackend backend = Gpu.backend();

  @ParameterizedTest
  @EnumSource(ZeroPoint.class)
  void equalsTheProcessorAtEverySize(ZeroPoint zeros) {
    for (int size : new int[] {1, 3, 15, 16, 17, 31, 32, 33, 64, 100, 127, 128, 200}) {
      for (Axis axis : Axis.values()) {
        Matrix w =
            Gpu.gaussian(
                axis == Axis.IN ? 5 : 3L * size, axis == Axis.IN ? 2L * size : 5, 0.05f, size);
        check(w, new QuantSpec(Bits.values()[3 + size % 4], size, axis, zeros));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheProcessorOnAwkwardWeights(long seed) {
    Weights weights = Weights.of(seed);
    check(weights.w(), weights.spec());
  }

  static LongStream seeds() {
    return LongStream.range(0, 80);
  }

  /** The device only notices; the processor refuses, in its own words. */
  @Test
  void aRangeBeyondFloatIsRefusedAsOnTheProcessor() {
    Matrix w = Matrix.of(1, 2, -3e38f, 3e38f);
    QuantSpec spec = QuantSpec.of(4, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> DeviceWork.on(backend).call(() -> RoundToNearest.quantize(w, spec)));
  }

  private void check(Matrix w, QuantSpec spec) {
    QuantizedMatrix expected = RoundToNearest.quantize(w, spec);
    QuantizedMatrix actual = Gpu.on(backend, () -> RoundToNearest.quantize(w, spec));
    Gpu.assertSame(expected, actual, w.shape() + " " + spec.label() + " " + spec.zeroPoint());
  }
}
