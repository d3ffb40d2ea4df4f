package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.Packed;
import halfstep.quant.Codes;
import halfstep.quant.Gptq;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.rtn.RoundingRule;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GptqResultTest {

  private static final Matrix W = Inputs.gaussian(40, 192, 0.05f, 1);
  private static final Hessian H = Hessian.of(Inputs.activations(300, 192, 2));

  private static GptqSolver solver(int bits, int group, Gptq config) {
    return new GptqSolver(W, QuantSpec.of(bits, group).with(ZeroPoint.INTEGER), config, H);
  }

  @Test
  void actOrderNeedsAnIndexUnlessGroupsAreStatic() {
    QuantizedMatrix free = solver(4, 64, Gptq.DEFAULT.withActOrder(true)).result();
    assertEquals(false, Objects.requireNonNull(free.groupIndex()).isConsecutive());
    assertEquals(
        "gguf Q4_0: blocks hold consecutive inputs, but act-order put channels of one group apart;"
            + " solve with static groups",
        assertThrows(IllegalArgumentException.class, () -> GgufBlocks.Q4_0.pack(free))
            .getMessage());
    GptqSolver solver = solver(4, 64, Gptq.DEFAULT.withActOrder(true).withStaticGroups(true));
    QuantizedMatrix fixed = solver.result();
    assertNull(fixed.groupIndex());
    assertEquals(4 + 20.0 / 64, fixed.bitsPerWeight());
    assertEquals(4 + 20.0 / 64 + 32.0 / 40, free.bitsPerWeight(), 1e-12);
    // channels are driven ten times as hard every 37: they come first
    ColumnOrder order = solver.order();
    assertEquals(0, order.channel(0) % 37);
    assertEquals(
        "ColumnOrder of 192 channels, first %d, last %d"
            .formatted(order.channel(0), order.channel(191)),
        order.toString());
    assertEquals(0, solver.groupIndex().group(63));
    assertEquals(1, solver.groupIndex().group(64));
  }

  /** On one grid per row, what moved is what differs from rounding on the authors' grid. */
  @Test
  void codesMovedAreThoseThatRoundingWouldNotGive() {
    QuantSpec row = QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER);
    GptqSolver solver = new GptqSolver(W, row, Gptq.DEFAULT.withBlockSize(50), H);
    List<GptqStep> steps = solver.steps().toList();
    QuantizedMatrix rounded = RoundToNearest.quantize(W, row, new RoundingRule.GptqGrid(false));
    long moved = rounded.codes().countDifferent(solver.quantized(steps).codes());
    assertEquals(moved, steps.stream().mapToLong(GptqStep::codesMoved).sum());
  }

  @Test
  void aStepHasOneGridForEachRowOfAGroup() {
    Codes codes = Codes.zeros(new Shape(3, 2));
    GroupParams two = new GroupParams(Matrix.zeros(2, 1), Matrix.zeros(2, 1));
    List<GptqStep.Started> started = List.of(new GptqStep.Started(0, two));
    assertThrows(ShapeException.class, () -> new GptqStep(0, 0, codes, started, 0, 0, 0));
  }

  @Test
  void aWalkThatHasEndedHasNoNextBlock() {
    GptqWalk walk = new GptqWalk(solver(4, 64, Gptq.DEFAULT));
    while (walk.hasNext()) {
      walk.next();
    }
    assertEquals(
        "all column blocks are solved",
        assertThrows(NoSuchElementException.class, walk::next).getMessage());
  }

  /**
   * One group per row finds its grid with a dead channel's weights in it, as the reference does;
   * static groups, which the reference only has for smaller ones, leave them out.
   */
  @Test
  void deadChannelsWidenTheGridOfAWholeRowAlone() {
    Matrix x = Inputs.activations(300, 192, 2);
    for (int t = 0; t < 300; t++) {
      x.set(t, 9, 0);
    }
    Matrix w = W.copy();
    w.set(3, 9, 5f);
    QuantSpec row = QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER);
    Hessian hessian = Hessian.of(x);
    float kept = new GptqSolver(w, row, Gptq.DEFAULT, hessian).result().params().scale(3);
    Gptq fixed = Gptq.DEFAULT.withStaticGroups(true);
    float left = new GptqSolver(w, row, fixed, hessian).result().params().scale(3);
    assertTrue(kept > 5f / 15, "the range reaches to 5: step " + kept);
    assertTrue(left < 0.5f / 15, "the range is that of the others: step " + left);
  }

  /** What the formats were made for: codes and zeros go in and come out, and w does not move. */
  @Test
  void fitsTheFormatsWithIntegerZeros() {
    QuantizedMatrix q = solver(4, 64, Gptq.DEFAULT.withSymmetric(true)).result();
    GptqPacking gptq = new GptqPacking(4, GptqPacking.Version.V1);
    Packed zeros = gptq.packZeros(q.params().zeros());
    for (long word = 0; word < zeros.shape().size(); word++) {
      assertEquals(0x77777777L, zeros.word(word), "symmetric, version 1");
    }
    Packed words = gptq.pack(q.codes());
    assertEquals(0, gptq.unpack(words, q.shape()).countDifferent(q.codes()));
    assertTrue(new CompressedTensorsPacking(4).isSymmetric(q.params().zeros()));
    Packed blocks = GgufBlocks.Q4_0.pack(q);
    assertEquals(0, GgufBlocks.Q4_0.unpack(blocks, q.shape()).countDifferent(q.codes()));
  }
}
