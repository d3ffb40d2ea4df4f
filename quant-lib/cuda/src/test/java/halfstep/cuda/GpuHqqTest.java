package halfstep.cuda;

import halfstep.hqq.HqqDirect;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** HQQ on the device against the processor: codes, scales and zeros bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuHqqTest {

  private static final List<Hqq> SOLVERS =
      List.of(
          Hqq.LEGACY,
          Hqq.V2,
          new Hqq(0.7f, 10f, 1.01f, 33, EarlyStop.OFF),
          new Hqq(1f, 20f, 1.05f, 20, EarlyStop.RESTORE_BEST));

  private final CudaBackend backend = Gpu.backend();

  /** Every group size up to two warps of lanes and some above, and with it every tail. */
  @ParameterizedTest
  @MethodSource("sizes")
  void equalsTheProcessorAtEverySize(int size) {
    Bits bits = Bits.values()[size % Bits.values().length];
    float sigma = size % 2 == 0 ? 0.02f : 1f;
    Matrix w = Gpu.gaussian(3, 2L * size, sigma, size);
    for (Axis axis : Axis.values()) {
      Matrix turned = axis == Axis.IN ? w : w.reshaped(2L * size, 3);
      check(turned, new QuantSpec(bits, size, axis, ZeroPoint.FLOAT), SOLVERS.get(size % 4));
    }
  }

  static IntStream sizes() {
    return IntStream.concat(IntStream.rangeClosed(1, 66), IntStream.of(96, 127, 128, 129, 256));
  }

  /** From where the shrinkage is inert to where the power acts in every group. */
  @ParameterizedTest
  @EnumSource(Bits.class)
  void equalsTheProcessorWhereTheShrinkageIsActive(Bits bits) {
    for (float sigma : new float[] {0.02f, 0.3f, 1f}) {
      Matrix w = Gpu.gaussian(16, 256, sigma, 7);
      for (int size : new int[] {32, 64, 128}) {
        check(w, new QuantSpec(bits, size, Axis.IN, ZeroPoint.FLOAT), Hqq.LEGACY);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheProcessorOnAwkwardWeights(long seed) {
    Weights weights = Weights.of(seed).with(ZeroPoint.FLOAT);
    check(weights.w(), weights.spec(), SOLVERS.get((int) (seed % SOLVERS.size())));
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  /** Sums of errors over blocks of groups decide when the walk ends, and that groups start anew. */
  @Test
  void equalsTheProcessorOverSeveralBlocks() {
    check(Gpu.gaussian(70, 512, 0.02f, 3), QuantSpec.of(4, 64), Hqq.LEGACY);
    check(Gpu.gaussian(70, 500, 0.5f, 3), QuantSpec.of(2, 20).with(Axis.OUT), Hqq.V2);
  }

  /** κ far above the library's, so that thresholds fall past the residuals of settled groups. */
  @Test
  void doesNotSettleBeforeTheLastThreshold() {
    Hqq growing = new Hqq(0.7f, 10f, 1.5f, 20, EarlyStop.OFF);
    check(Gpu.gaussian(16, 256, 0.3f, 2), QuantSpec.of(2, 64), growing);
  }

  private void check(Matrix w, QuantSpec spec, Hqq config) {
    QuantizedMatrix expected = HqqDirect.quantize(w, spec, config);
    QuantizedMatrix actual = Gpu.on(backend, () -> HqqDirect.quantize(w, spec, config));
    Gpu.assertSame(expected, actual, w.shape() + " " + spec.label() + " " + config);
  }
}
