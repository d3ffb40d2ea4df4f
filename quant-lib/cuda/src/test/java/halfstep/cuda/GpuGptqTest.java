package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.compose.Quantize;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** GPTQ on the device against the processor's walk: every step, bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuGptqTest {

  private final CudaBackend backend = Gpu.backend();

  /** One to many blocks and groups, tails of both; from 17 rows on sums are taken another way. */
  @ParameterizedTest
  @CsvSource({
    // rows, columns, group, block
    "1, 1, 1, 128",
    "1, 50, 10, 16",
    "3, 160, 32, 128",
    "16, 96, 48, 32",
    "17, 96, 48, 32",
    "33, 130, 65, 17",
    "5, 300, 100, 128",
    "40, 300, 150, 48",
    "130, 70, 7, 1",
    "20, 260, 0, 128",
    "20, 300, 20, 300",
    "2, 300, 60, 129",
    "129, 385, 77, 127",
  })
  void equalsTheProcessorAtEverySize(int rows, int columns, int group, int block) {
    Bits bits = Bits.values()[3 + rows % 4];
    QuantSpec spec =
        new QuantSpec(bits, group == 0 ? QuantSpec.WHOLE : group, Axis.IN, ZeroPoint.INTEGER);
    check(rows, columns, spec, Gptq.DEFAULT.withBlockSize(block));
  }

  @ParameterizedTest
  @EnumSource(Bits.class)
  void equalsTheProcessorAtEveryWidth(Bits bits) {
    QuantSpec spec = new QuantSpec(bits, 32, Axis.IN, ZeroPoint.INTEGER);
    check(19, 96, spec, Gptq.DEFAULT.withBlockSize(64));
  }

  @ParameterizedTest
  @MethodSource("options")
  void equalsTheProcessorUnderEveryOption(int options) {
    Gptq config =
        Gptq.DEFAULT
            .withActOrder((options & 1) != 0)
            .withStaticGroups((options & 2) != 0)
            .withSymmetric((options & 4) != 0)
            .withMse((options & 2) != 0)
            .withBlockSize((options & 8) != 0 ? 40 : 128);
    check(21, 160, QuantSpec.of(3, 32).with(ZeroPoint.INTEGER), config);
    check(21, 160, QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER), config);
  }

  static IntStream options() {
    return IntStream.range(0, 16);
  }

  /** Zero rows, one-sided rows, tiny and huge ones, a weight in the middle between two codes. */
  @Test
  void equalsTheProcessorOnAwkwardRows() {
    Matrix w = Gpu.gaussian(20, 128, 0.05f, 4);
    for (int c = 0; c < 128; c++) {
      w.set(0, c, 0);
      w.set(1, c, 0.125f);
      w.set(2, c, w.get(2, c) * 1e-36f);
      w.set(3, c, w.get(3, c) * 1e30f);
      w.set(4, c, Float.MIN_VALUE * (c % 2));
      w.set(5, c, -Math.abs(w.get(5, c)));
      w.set(6, c, Math.abs(w.get(6, c)));
      w.set(7, c, (c % 31) - 15.5f);
      w.set(8, c, c == 0 ? -1f : 1e-8f);
    }
    for (boolean symmetric : new boolean[] {false, true}) {
      Gptq config = Gptq.DEFAULT.withSymmetric(symmetric).withBlockSize(48);
      check(w, QuantSpec.of(4, 32).with(ZeroPoint.INTEGER), config, inputs(256, 128));
    }
  }

  /** What commands call: the Hessian's kernels, the factor's, then the blocks'. */
  @Test
  void theFacadeComputesThere() {
    Matrix w = Gpu.gaussian(20, 96, 0.05f, 2);
    Matrix inputs = inputs(200, 96);
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizedMatrix expected = Quantize.calibrated(w, spec, Gptq.DEFAULT, inputs);
    long before = StandIn.launches();
    QuantizedMatrix actual =
        Gpu.on(backend, () -> Quantize.calibrated(w, spec, Gptq.DEFAULT, inputs));
    Gpu.assertSame(expected, actual, "by the facade");
    // inputs and sums of H; panels of L: 3 and 2; of X: 2 and 1; an order; one block's codes and
    // losses
    assertEquals(2 + 5 + 3 + 1 + 2, StandIn.launches() - before);
  }

  /** The device's search is only declined where it would have to search. */
  @Test
  void aSearchOnTheWayIsLeftToTheProcessor() {
    GptqSolver solver =
        new GptqSolver(
            Gpu.gaussian(4, 64, 0.1f, 1),
            QuantSpec.of(4, 32).with(ZeroPoint.INTEGER),
            Gptq.DEFAULT.withMse(true),
            Hessian.of(inputs(128, 64)));
    DeviceWork work = DeviceWork.on(backend);
    assertSame(solver.steps().toList(), work.call(solver::solved));
    assertEquals(0, StandIn.launches());
    assertEquals(
        List.of(
            "GPTQ on 4 × 64: the processor computed, not the GPU: the search for shrunken grids (mse) takes powers in double that only the processor gives to the bit; with static groups it is over before the first column."),
        work.remarks());
  }

  @Test
  void errorsBeyondFloatAreLeftToTheProcessor() {
    Matrix w = Gpu.gaussian(3, 64, 0.1f, 1);
    w.set(1, 5, 3e38f);
    w.set(1, 6, -3e38f);
    GptqSolver solver =
        new GptqSolver(
            w,
            QuantSpec.of(4, 32).with(ZeroPoint.INTEGER),
            Gptq.DEFAULT,
            Hessian.of(inputs(128, 64)));
    DeviceWork work = DeviceWork.on(backend);
    List<GptqStep> steps = work.call(solver::solved);
    assertEquals(
        0,
        solver.steps().findFirst().orElseThrow().codes().countDifferent(steps.getFirst().codes()));
    assertEquals(
        List.of(
            "GPTQ on 3 × 64: the processor computed, not the GPU: some of its errors are beyond float32."),
        work.remarks());
  }

  private void check(int rows, int columns, QuantSpec spec, Gptq config) {
    check(Gpu.gaussian(rows, columns, 0.05f, rows), spec, config, inputs(2 * columns, columns));
  }

  private void check(Matrix w, QuantSpec spec, Gptq config, Matrix inputs) {
    GptqSolver solver = new GptqSolver(w, spec, config, Hessian.of(inputs));
    String where = w.shape() + " " + spec.label() + " " + config;
    List<GptqStep> expected = solver.steps().toList();
    assertTrue(w.cols() < 50 || expected.stream().mapToLong(GptqStep::codesMoved).sum() > 0, where);
    List<GptqStep> actual = Gpu.on(backend, solver::solved);
    assertSame(expected, actual);
    Gpu.assertSame(solver.quantized(expected), Gpu.on(backend, solver::result), where);
  }

  static void assertSame(List<GptqStep> expected, List<GptqStep> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      GptqStep one = expected.get(i);
      GptqStep other = actual.get(i);
      String where = "block " + i;
      assertEquals(0, one.codes().countDifferent(other.codes()), where);
      assertEquals(
          List.of(one.index(), one.firstColumn(), one.codesMoved(), one.loss(), one.totalLoss()),
          List.of(
              other.index(),
              other.firstColumn(),
              other.codesMoved(),
              other.loss(),
              other.totalLoss()),
          where);
      assertEquals(groups(one), groups(other), where);
      for (int g = 0; g < one.started().size(); g++) {
        GroupParams grids = one.started().get(g).params();
        GroupParams others = other.started().get(g).params();
        Gpu.assertSame(grids.scales(), others.scales(), where + ": scales");
        Gpu.assertSame(grids.zeros(), others.zeros(), where + ": zeros");
      }
    }
  }

  private static List<Integer> groups(GptqStep step) {
    return step.started().stream().map(GptqStep.Started::group).toList();
  }

  /** Neighbours share what drives them, some channels are driven hard, every 23rd never. */
  static Matrix inputs(int tokens, int channels) {
    Matrix x = Gpu.gaussian(tokens, channels, 1f, channels);
    for (int t = 0; t < tokens; t++) {
      for (int c = 1; c < channels; c++) {
        x.set(t, c, 0.8f * x.get(t, c - 1) + 0.6f * x.get(t, c));
      }
      for (int c = 22; c < channels; c += 23) {
        x.set(t, c, 0);
        x.set(t, c - 5, 10 * x.get(t, c - 5));
      }
    }
    return x;
  }
}
