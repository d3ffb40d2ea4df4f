package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.Packed;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;

class GptqQuantizedTest {

  private static final Matrix W = Inputs.gaussian(40, 192, 0.05f, 1);
  private static final Hessian H = Hessian.of(Inputs.activations(300, 192, 2));

  private static GptqSolver solver(int bits, int group, Gptq config) {
    return new GptqSolver(W, QuantSpec.of(bits, group).with(ZeroPoint.INTEGER), config, H);
  }

  @Test
  void actOrderNeedsAnIndexUnlessGroupsAreStatic() {
    GptqQuantized free = solver(4, 64, Gptq.DEFAULT.withActOrder(true)).result();
    assertEquals(false, free.groupIndex().isConsecutive());
    assertEquals(
        "act-order without static groups put channels of one group apart, so the group index is"
            + " part of the result; use a format with g_idx, or staticGroups",
        assertThrows(IllegalStateException.class, free::withoutIndex).getMessage());
    GptqSolver solver = solver(4, 64, Gptq.DEFAULT.withActOrder(true).withStaticGroups(true));
    GptqQuantized fixed = solver.result();
    assertArrayEquals(fixed.dequantized().row(7), fixed.withoutIndex().dequantized().row(7));
    assertEquals(4 + 20.0 / 64, fixed.bitsPerWeight());
    assertEquals(4 + 20.0 / 64 + 32.0 / 40, free.bitsPerWeight(), 1e-12);
    // channels are driven ten times as hard every 37: they come first
    assertEquals(0, solver.order().channel(0) % 37);
    assertEquals(0, fixed.groupIndex().group(63));
    assertEquals(1, fixed.groupIndex().group(64));
  }

  /** What the formats were made for: codes and zeros go in and come out, and w does not move. */
  @Test
  void fitsTheFormatsWithIntegerZeros() {
    GptqQuantized q = solver(4, 64, Gptq.DEFAULT.withSymmetric(true)).result();
    GptqPacking gptq = new GptqPacking(4, GptqPacking.Version.V1);
    Packed zeros = gptq.packZeros(q.params().zeros());
    for (long word = 0; word < zeros.shape().size(); word++) {
      assertEquals(0x77777777L, zeros.word(word), "symmetric, version 1");
    }
    Packed words = gptq.pack(q.codes());
    assertEquals(0, gptq.unpack(words, q.shape()).countDifferent(q.codes()));
    assertTrue(new CompressedTensorsPacking(4).isSymmetric(q.params().zeros()));
    Packed blocks = GgufBlocks.Q4_0.pack(q.withoutIndex());
    assertEquals(0, GgufBlocks.Q4_0.unpack(blocks, q.shape()).countDifferent(q.codes()));
  }
}
