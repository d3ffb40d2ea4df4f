package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.ChannelScales;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwqReportTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 16).with(ZeroPoint.INTEGER);
  private static final Matrix W = Examples.gaussian(24, 32, 0.05f, 1);
  private static final List<String> NAMES = List.of("mlp.gate_proj", "mlp.up_proj");

  @Test
  void deadChannelsKeepScaleOneAndAreNamed() {
    Matrix x = Examples.gaussian(40, 32, 1f, 2);
    Matrix w = W.copy();
    for (int t = 0; t < 40; t++) {
      x.set(t, 7, 0f);
    }
    for (int r = 0; r < 24; r++) {
      w.set(r, 30, 0f);
    }
    AwqReport.Searched report = searched(w, x);
    assertEquals(List.of(7, 30), report.deadChannels());
    assertEquals(
        "mlp.gate_proj + mlp.up_proj: 2 of 32 channels are dead, their inputs or weights were all"
            + " zero: 7, 30; their scale is 1",
        report.remarks().getFirst());
    for (AwqStep step : report.steps()) {
      assertEquals(1f, step.scales().get(7));
      assertEquals(1f, step.scales().get(30));
      assertTrue(Double.isFinite(step.outputMse()));
    }
  }

  /** The libraries let a dead channel's 1e-4 decide the normalisation of all others. */
  @Test
  void otherChannelsDoNotFeelADeadOne() {
    Matrix x = Examples.gaussian(40, 32, 1f, 2);
    float[] alive = searched(W, x).best().scales().toArray();
    Matrix dead = x.copy();
    for (int t = 0; t < 40; t++) {
      dead.set(t, 7, 0f);
    }
    AwqScaleSearch search = search(W, dead);
    int best = searched(W, x).best().index();
    float[] scales = search.step(best).scales().toArray();
    for (int c = 0; c < 32; c++) {
      if (c != 7) {
        assertEquals(1, scales[c] / alive[c], 0.5, "channel " + c);
      }
    }
  }

  @Test
  void manyDeadChannelsAreCounted() {
    Matrix x = Matrix.zeros(5, 32);
    for (int t = 0; t < 5; t++) {
      x.set(t, 0, 1f + t);
    }
    AwqReport.Searched report = searched(W, x);
    assertEquals(31, report.deadChannels().size());
    assertTrue(report.remarks().getFirst().contains("1, 2, 3, 4, 5, 6, 7, 8, …; their"));
    assertArrayEquals(ChannelScales.ones(32).toArray(), report.steps().get(9).scales().toArray());
    Matrix none = Matrix.zeros(5, 32);
    assertArrayEquals(ChannelScales.ones(32).toArray(), searched(W, none).scales().toArray());
  }

  @Test
  void anInputThatNoTokenReachedGetsNeutralScales() {
    Inspected never =
        weights -> {
          throw new AssertionError("nothing to run");
        };
    AwqReport report =
        AwqReport.search(
            List.of("experts.5.w2"),
            List.of(W),
            SPEC,
            Awq.DEFAULT,
            List.of(new Activations(32), new Activations(32)),
            never);
    assertInstanceOf(AwqReport.Starved.class, report);
    assertEquals(0, report.tokens());
    assertArrayEquals(ChannelScales.ones(32).toArray(), report.scales().toArray());
    assertEquals(
        List.of(
            "experts.5.w2: no token reached these layers; their scales are 1. Calibrate with more"
                + " or other text."),
        report.remarks());
  }

  /** What could not be searched is refused whether or not a token came. */
  @Test
  void anInputThatNoTokenReachedRefusesAllTheSame() {
    List<Activations> none = List.of(new Activations(32));
    List<Activations> narrow = List.of(new Activations(16));
    QuantSpec floats = QuantSpec.of(3, 16);
    assertThrows(IllegalArgumentException.class, () -> starved(W, floats, none));
    assertThrows(ShapeException.class, () -> starved(W, SPEC, narrow));
  }

  private static AwqReport starved(Matrix w, QuantSpec spec, List<Activations> windows) {
    return AwqReport.search(
        List.of("w2"), List.of(w), spec, Awq.DEFAULT, windows, weights -> Matrix.zeros(1, 1));
  }

  /** Eight channels are named; only from the ninth on the list ends with dots. */
  @Test
  void eightDeadChannelsAreAllNamed() {
    AwqStep plain = new AwqStep(-1, 0f, ChannelScales.ones(32), 1.0);
    AwqReport.Searched eight =
        new AwqReport.Searched(NAMES, 40, List.of(0, 1, 2, 3, 4, 5, 6, 7), List.of(plain), plain);
    assertTrue(
        eight.remarks().getFirst().endsWith(": 0, 1, 2, 3, 4, 5, 6, 7; their scale is 1"),
        eight.remarks().getFirst());
  }

  @Test
  void theIdentityIsPartOfEveryReportAndWinsWhereItIsBetter() {
    AwqReport.Searched report = searched(W, Examples.gaussian(40, 32, 1f, 2));
    assertEquals(40, report.tokens());
    assertEquals(-1, report.identity().index());
    AwqStep grid = new AwqStep(3, 0.15f, ChannelScales.ones(32), 2.0);
    AwqStep plain = new AwqStep(-1, 0f, ChannelScales.ones(32), 1.0);
    AwqReport.Searched better = new AwqReport.Searched(NAMES, 40, List.of(), List.of(grid), plain);
    assertSame(plain, better.best());
    assertSame(grid, better.gridBest());
    assertSame(plain, better.taken(Awq.DEFAULT));
    assertSame(grid, better.taken(Awq.DEFAULT.asLibrary(true)), "which knows no identity");
    assertSame(grid.scales(), better.scales(Awq.DEFAULT.asLibrary(true)));
    assertEquals(
        List.of(
            "mlp.gate_proj + mlp.up_proj: plain rounding is better than every ratio of the grid"),
        better.remarks());
    AwqReport.Searched equal =
        new AwqReport.Searched(
            NAMES, 40, List.of(), List.of(grid), new AwqStep(-1, 0f, plain.scales(), 2.0));
    assertSame(grid, equal.best());
    assertSame(grid, equal.bestOrIdentity());
    assertEquals(List.of(), equal.remarks());
  }

  /** The rounded weights alone overflow: the block's own output is fine. */
  @Test
  void noFiniteLossIsARefusalWithTheTable() {
    Matrix y = Matrix.of(1, 1, 1f);
    Inspected overflowing = weights -> weights.getFirst() == W ? y : Matrix.of(1, 1, Float.NaN);
    AwqReport.Searched report =
        (AwqReport.Searched)
            AwqReport.search(
                NAMES,
                List.of(W),
                SPEC,
                new Awq(3, true),
                List.of(Activations.of(Examples.gaussian(1, 32, 1f, 2))),
                overflowing);
    NoFiniteLossException refusal = assertThrows(NoFiniteLossException.class, report::scales);
    assertEquals(
        "mlp.gate_proj + mlp.up_proj: none of 3 ratios has a finite loss (0.00: NaN, 0.33: NaN,"
            + " 0.67: NaN); round these layers without scales, or look for inputs that overflow",
        refusal.getMessage());
    assertEquals(NAMES, refusal.layers());
    assertEquals(3, refusal.steps().size());
    assertSame(report.identity(), report.bestOrIdentity());
    assertEquals(
        "mlp.gate_proj + mlp.up_proj: 3 of 3 ratios have no finite loss",
        report.remarks().getFirst());
  }

  @Test
  void someInfiniteLossesDoNotMatter() {
    AwqStep infinite = new AwqStep(0, 0f, ChannelScales.ones(1), Double.NaN);
    AwqStep finite = new AwqStep(1, 0.5f, ChannelScales.ones(1), 3.0);
    assertSame(finite, AwqScaleSearch.best(List.of(infinite, finite)));
    assertEquals(
        "no grid points to choose from",
        assertThrows(IllegalArgumentException.class, () -> AwqScaleSearch.best(List.of()))
            .getMessage());
  }

  @Test
  void refusesAnOutputThatWasBrokenBefore() {
    Inspected broken = weights -> Matrix.of(1, 1, Float.POSITIVE_INFINITY);
    Activations one = Activations.of(Examples.gaussian(1, 32, 1f, 2));
    assertEquals(
        "the output of the unmodified layers: 1 of 1 values are not finite; the first is Infinity"
            + " in row 0, column 0. Repair or exclude it.",
        assertThrows(
                NonFiniteException.class,
                () -> new AwqScaleSearch(List.of(W), SPEC, Awq.DEFAULT, one, broken))
            .getMessage());
  }

  private static AwqScaleSearch search(Matrix w, Matrix x) {
    return new AwqScaleSearch(
        List.of(w),
        SPEC,
        Awq.DEFAULT,
        Activations.of(x),
        weights -> Matmul.timesTransposed(x, weights.getFirst()));
  }

  private static AwqReport.Searched searched(Matrix w, Matrix x) {
    return (AwqReport.Searched)
        AwqReport.search(
            NAMES,
            List.of(w),
            SPEC,
            Awq.DEFAULT,
            List.of(Activations.of(x)),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
  }
}
