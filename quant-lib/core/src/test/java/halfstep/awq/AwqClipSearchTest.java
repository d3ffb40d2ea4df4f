package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.MinMaxRounding;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwqClipSearchTest {

  /** The reference's loops, one group, one limit, one token at a time. */
  @ParameterizedTest
  @CsvSource({"1,8,8,1", "7,24,8,5", "127,16,16,9", "131,32,16,67", "130,64,64,40", "3,30,0,1100"})
  void errorsAreThoseOfTheSlowClearLoops(int out, int in, int size, int tokens) {
    QuantSpec spec = QuantSpec.of(3, size).with(ZeroPoint.INTEGER);
    Matrix w = Examples.gaussian(out, in, 0.05f, 1);
    Matrix x = Examples.gaussian(tokens, in, 1f, 2);
    AwqClipSearch search = new AwqClipSearch(w, spec, x);
    List<ClipStep> steps = search.steps().toList();
    int g = spec.grouping(w.shape()).size();
    assertEquals(10, steps.size());
    for (ClipStep step : steps) {
      assertEquals(new Shape(out, in / g), step.errors().shape());
      for (int row = 0; row < out; row++) {
        for (int group = 0; group < in / g; group++) {
          double expected = slowError(w, x, spec, row, group * g, g, step.index());
          assertEquals(expected, step.errors().get(row, group), 2e-4 * expected + 1e-12);
        }
      }
    }
    assertEquals(tokens > 1023 ? tokens / 2 : tokens, search.tokens());
  }

  private static double slowError(
      Matrix w, Matrix x, QuantSpec spec, int row, int from, int g, int index) {
    float[] group = new float[g];
    w.read((long) row * w.cols() + from, group, 0, g);
    float limit = 0;
    for (float value : group) {
      limit = Math.max(limit, Math.abs(value));
    }
    limit *= (float) (1 - index / 20.0);
    Matrix clipped = Matrix.zeros(1, g);
    for (int i = 0; i < g; i++) {
      clipped.put(i, Math.min(Math.max(group[i], -limit), limit));
    }
    MinMaxRounding.inPlace(clipped, spec);
    long stride = Math.max(1, x.rows() / 512);
    double sum = 0;
    int tokens = 0;
    for (long t = 0; t < x.rows(); t += stride) {
      double change = 0;
      for (int i = 0; i < g; i++) {
        change += (double) x.get(t, from + i) * ((double) clipped.at(i) - group[i]);
      }
      sum += change * change;
      tokens++;
    }
    return sum / tokens;
  }

  @Test
  void bestIsTheFirstLeastErrorAndNeverWorseThanNoClip() {
    AwqClipSearch search = search(33, 64);
    List<ClipStep> steps = search.steps().toList();
    Clipping best = search.best(steps);
    for (long group = 0; group < best.limits().size(); group++) {
      int first = 0;
      for (ClipStep step : steps) {
        float least = steps.get(first).errors().at(group);
        first = step.errors().at(group) < least ? step.index() : first;
      }
      assertEquals(first, best.chosen().at(group));
      assertEquals(steps.get(first).limits().at(group), best.limits().at(group));
      assertTrue(best.errors().at(group) <= best.unclipped().at(group));
    }
    assertTrue(best.shareClipped() > 0.5, best.toString());
    assertTrue(best.errorRatio() < 1, best.toString());
    assertEquals(steps.get(0).meanError(), Clipping.mean(best.unclipped()));
  }

  @Test
  void streamedEqualsKept() {
    AwqClipSearch search = search(40, 64);
    Clipping kept = search.best(search.steps().toList());
    Clipping streamed = search.best();
    assertEquals(0, kept.chosen().countDifferent(streamed.chosen()));
    assertEquals(kept.toString(), streamed.toString());
  }

  @Test
  void appliedClampsEachGroupToItsLimit() {
    QuantSpec spec = QuantSpec.of(4, 2).with(ZeroPoint.INTEGER);
    Matrix w = Matrix.of(1, 4, 1f, -8f, 0.5f, 0.25f);
    AwqClipSearch search = new AwqClipSearch(w, spec, Matrix.of(1, 4, 1f, 1f, 1f, 1f));
    Clipping none = search.best(List.of(search.step(0)));
    assertEquals(w.toString(), none.applied(w).toString());
    Matrix clipped = search.best(List.of(search.step(0))).applied(w);
    assertEquals(0, none.shareClipped());
    assertEquals(-8f, clipped.at(1));
    Clipping half =
        new Clipping(
            spec, Matrix.of(1, 2, 4f, 0.25f), none.errors(), none.unclipped(), none.chosen());
    assertEquals("Matrix 1 × 4 [1.0, -4.0, 0.25, 0.25]", half.applied(w).toString());
  }

  @Test
  void rowsAreIndependent() {
    Matrix w = Examples.gaussian(130, 32, 0.05f, 3);
    Matrix x = Examples.gaussian(50, 32, 1f, 4);
    QuantSpec spec = QuantSpec.of(4, 16).with(ZeroPoint.INTEGER);
    Clipping all = new AwqClipSearch(w, spec, x).best();
    Clipping some = new AwqClipSearch(w.rows(77, 130), spec, x).best();
    IntStream.range(0, 53 * 2)
        .forEach(i -> assertEquals(all.limits().at(77 * 2 + i), some.limits().at(i)));
  }

  @Test
  void awkwardGroupsStayFinite() {
    Matrix w = Matrix.zeros(4, 16);
    for (int c = 0; c < 16; c++) {
      w.set(1, c, 0.125f);
      w.set(2, c, 1e-6f);
      w.set(3, c, c % 2 == 0 ? 300f : -300f);
    }
    QuantSpec spec = QuantSpec.of(4, 16).with(ZeroPoint.INTEGER);
    Clipping best = new AwqClipSearch(w, spec, Examples.gaussian(20, 16, 1f, 5)).best();
    assertEquals(0f, best.limits().at(0));
    assertEquals(0, best.chosen().at(0));
    for (long i = 0; i < 4; i++) {
      assertTrue(Float.isFinite(best.errors().at(i)));
    }
  }

  @Test
  void anInterruptStopsItAndTheFlagStays() {
    AwqClipSearch search = search(300, 64);
    Thread.currentThread().interrupt();
    assertEquals(
        "the AWQ clip search was interrupted",
        assertThrows(InterruptedWork.class, search::best).getMessage());
    assertTrue(Thread.interrupted());
  }

  @Test
  void queriesAndKeysAreLeftAlone() {
    assertFalse(ClipGrid.clips("self_attn.q_proj"));
    assertFalse(ClipGrid.clips("self_attn.k_proj"));
    assertFalse(ClipGrid.clips("attn.Wqkv"));
    assertFalse(ClipGrid.clips("self_attention.query_key_value"));
    assertTrue(ClipGrid.clips("self_attn.v_proj"));
    assertTrue(ClipGrid.clips("model.layers.0.mlp.down_proj"));
    assertFalse(ClipGrid.clips("block_sparse_moe.experts.0.w1"), "k_ of block_, as in AutoAWQ");
  }

  @Test
  void refusals() {
    Matrix w = Examples.gaussian(8, 32, 0.05f, 1);
    QuantSpec spec = QuantSpec.of(4, 16).with(ZeroPoint.INTEGER);
    Matrix narrow = Examples.gaussian(4, 16, 1f, 1);
    assertEquals(
        "weights are 8 × 32 but their activations have 16 channels; in must agree",
        assertThrows(ShapeException.class, () -> new AwqClipSearch(w, spec, narrow)).getMessage());
    Matrix broken = Examples.gaussian(4, 32, 1f, 1);
    broken.put(7, Float.NaN);
    assertEquals(
        "inputs: 1 of 128 values are not finite; the first is NaN in row 0, column 7. Repair or"
            + " exclude it.",
        assertThrows(NonFiniteException.class, () -> new AwqClipSearch(w, spec, broken))
            .getMessage());
    Matrix holed = w.copy();
    holed.put(40, Float.NaN);
    Matrix x = Examples.gaussian(4, 32, 1f, 1);
    assertEquals(
        "weights: 1 of 256 values are not finite; the first is NaN in row 1, column 8. Repair or"
            + " exclude it.",
        assertThrows(NonFiniteException.class, () -> new AwqClipSearch(holed, spec, x))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new AwqClipSearch(w, QuantSpec.of(4, 16), x));
    AwqClipSearch search = new AwqClipSearch(w, spec, x);
    assertEquals(
        "no clip limits to choose from",
        assertThrows(IllegalArgumentException.class, () -> search.best(List.of())).getMessage());
    assertEquals(
        "the first clip step given has index 3; begin with 0, which clips nothing",
        assertThrows(IllegalArgumentException.class, () -> search.best(List.of(search.step(3))))
            .getMessage());
    Matrix other = Examples.gaussian(9, 32, 1f, 1);
    assertEquals(
        "this matrix is 8 × 2, but the shape of the groups of 9 × 32 is 9 × 2; the two must agree",
        assertThrows(ShapeException.class, () -> search.best().applied(other)).getMessage());
    assertEquals(
        "gridSize 1 with maxShrink 0.5 leaves no limit to try; take 20 and 0.5",
        assertThrows(IllegalArgumentException.class, () -> new ClipGrid(1, 0.5, 512)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ClipGrid(20, 1.0, 512));
    assertThrows(IllegalArgumentException.class, () -> new ClipGrid(20, 0.0, 512));
    assertThrows(IllegalArgumentException.class, () -> new ClipGrid(0, 0.5, 512));
    assertEquals(
        "sampleTokens 0 leaves nothing to measure on; at least 1",
        assertThrows(IllegalArgumentException.class, () -> new ClipGrid(20, 0.5, 0)).getMessage());
  }

  private static AwqClipSearch search(int out, int in) {
    QuantSpec spec = QuantSpec.of(3, 32).with(ZeroPoint.INTEGER);
    return new AwqClipSearch(
        Examples.gaussian(out, in, 0.05f, 1), spec, Examples.gaussian(100, in, 1f, 2));
  }
}
