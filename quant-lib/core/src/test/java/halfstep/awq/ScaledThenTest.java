package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.hqq.HqqSolver;
import halfstep.ls.LeastSquaresSolver;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScaledThenTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 16);
  private static final Matrix W = Examples.gaussian(12, 32, 0.05f, 1);
  private static final ChannelScales SCALES = scales();

  @Test
  void everyDataFreeSolverFits() {
    Stream.<ScaledThen.Solver>of(
            RoundToNearest::quantize,
            (scaled, spec) -> {
              HqqSolver solver = new HqqSolver(scaled, spec, Hqq.DEFAULT);
              return solver.quantized(solver.result());
            },
            (scaled, spec) -> {
              LeastSquaresSolver solver = new LeastSquaresSolver(scaled, spec, 5);
              return solver.quantized(solver.result());
            })
        .forEach(solver -> {
          QuantizedMatrix q = ScaledThen.quantize(W, SCALES, SPEC, solver);
          assertSame(SCALES, q.channelScales());
          ErrorMetrics error = ErrorMetrics.between(W, q.dequantized());
          assertEquals(0, error.relativeFrobenius(), 0.15, error.toString());
        });
  }

  @Test
  void theSolverSeesScaledWeightsAndTheOriginalStays() {
    float[] before = W.row(0);
    ScaledThen.quantize(
        W,
        SCALES,
        SPEC,
        (scaled, spec) -> {
          assertEquals(W.get(3, 4) * SCALES.get(4), scaled.get(3, 4));
          QuantizedMatrix q = RoundToNearest.quantize(scaled, spec);
          scaled.set(0, 0, 99f);
          return q;
        });
    assertArrayEquals(before, W.row(0));
  }

  @Test
  void refusals() {
    QuantizedMatrix other = RoundToNearest.quantize(Matrix.zeros(2, 16), SPEC);
    assertEquals(
        "this matrix is 12 × 32, but what the solver returned is 2 × 16; the two must agree",
        assertThrows(
                ShapeException.class,
                () -> ScaledThen.quantize(W, SCALES, SPEC, (scaled, spec) -> other))
            .getMessage());
    String twice =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    ScaledThen.quantize(
                        W,
                        SCALES,
                        SPEC,
                        (scaled, spec) ->
                            ScaledThen.quantize(scaled, SCALES, spec, RoundToNearest::quantize)))
            .getMessage();
    assertEquals(
        "the solver returned channel scales of its own (32 channel scales, 0.500 … 2.050), but the"
            + " weights it got were already scaled (32 channel scales, 0.500 … 2.050); give a"
            + " solver without scales",
        twice);
    assertThrows(
        ShapeException.class,
        () -> ScaledThen.quantize(W, ChannelScales.ones(3), SPEC, RoundToNearest::quantize));
  }

  private static ChannelScales scales() {
    float[] s = new float[32];
    for (int i = 0; i < s.length; i++) {
      s[i] = 0.5f + 0.05f * i;
    }
    return ChannelScales.of(s);
  }
}
