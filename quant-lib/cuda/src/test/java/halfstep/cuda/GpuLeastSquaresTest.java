package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.backend.DeviceWork;
import halfstep.ls.LeastSquaresDirect;
import halfstep.ls.LeastSquaresSolver;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Least squares on the device against the processor: codes, scales and zeros bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuLeastSquaresTest {

  private final CudaBackend backend = Gpu.backend();

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 31, 32, 64, 100, 128, 129})
  void equalsTheProcessorAtEverySize(int size) {
    Bits bits = Bits.values()[size % Bits.values().length];
    for (Axis axis : Axis.values()) {
      Matrix w =
          Gpu.gaussian(
              axis == Axis.IN ? 3 : 2L * size, axis == Axis.IN ? 2L * size : 3, 0.1f, size);
      check(new LeastSquaresSolver(w, new QuantSpec(bits, size, axis, ZeroPoint.FLOAT), 20), "");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 32, 64, 128, QuantSpec.WHOLE})
  void equalsTheProcessorUnderImportance(int size) {
    int columns = 2 * (size == QuantSpec.WHOLE ? 50 : size);
    float[] importance = new float[columns];
    SplittableRandom random = new SplittableRandom(3);
    for (int c = 0; c < columns; c++) {
      importance[c] = c % 7 == 0 ? 0f : random.nextFloat() * 10;
    }
    Matrix w = Gpu.gaussian(5, columns, 0.1f, size);
    check(new LeastSquaresSolver(w, QuantSpec.of(3, size), 5, importance), "importance");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheProcessorOnAwkwardWeights(long seed) {
    Weights weights = Weights.of(seed).with(ZeroPoint.FLOAT);
    check(new LeastSquaresSolver(weights.w(), weights.spec(), 4), weights.toString());
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @Test
  void importanceAcrossRowsIsLeftToTheProcessor() {
    float[] importance = {1f, 2f, 3f};
    Matrix w = Gpu.gaussian(4, 3, 0.1f, 1);
    LeastSquaresSolver solver =
        new LeastSquaresSolver(w, QuantSpec.of(4, 4).with(Axis.OUT), 3, importance);
    DeviceWork work = DeviceWork.on(backend);
    work.call(() -> LeastSquaresDirect.quantize(solver));
    assertEquals(
        List.of(
            "least squares on 4 × 3: the processor computed, not the GPU: its kernel weighs the channels of groups that lie within a row."),
        work.remarks());
  }

  private void check(LeastSquaresSolver solver, String where) {
    QuantizedMatrix expected = LeastSquaresDirect.quantize(solver);
    QuantizedMatrix actual = Gpu.on(backend, () -> LeastSquaresDirect.quantize(solver));
    Gpu.assertSame(expected, actual, where);
  }
}
