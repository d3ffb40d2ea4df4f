package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import halfstep.quant.NonFiniteException;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HessianTest {

  /** By definition, for sizes around a panel: H = (2/N)·XᵀX, on both sides of the diagonal. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 255, 256, 257})
  void isTheMeanOfSquares(int channels) {
    Matrix x = Inputs.activations(33, channels, 5);
    Hessian hessian = new Hessian(channels);
    hessian.add(x, 3);
    for (int i = 0; i < channels; i += 3) {
      for (int j = 0; j < channels; j += 5) {
        double sum = 0;
        for (int t = 0; t < 33; t++) {
          sum += (double) x.get(t, i) * x.get(t, j);
        }
        assertEquals(2.0 / 3 * sum, hessian.matrix().get(i, j), 1e-3, i + ", " + j);
        assertEquals(hessian.matrix().get(i, j), hessian.matrix().get(j, i));
      }
    }
  }

  @Test
  void batchesAddUpWhateverTheirOrder() {
    Matrix x = Inputs.activations(60, 40, 6);
    Hessian whole = new Hessian(40);
    whole.add(x, 3);
    Hessian parts = new Hessian(40);
    parts.add(x.rows(40, 60), 1);
    parts.add(x.rows(0, 40), 2);
    for (long i = 0; i < whole.matrix().size(); i++) {
      assertEquals(whole.matrix().at(i), parts.matrix().at(i), 1e-3);
    }
    assertEquals(3, parts.sequences());
    assertEquals(60, parts.tokens());
    assertEquals("Hessian of 40 channels over 60 tokens in 3 sequences", parts.toString());
  }

  @Test
  void refusesWhatItCannotAdd() {
    Hessian hessian = new Hessian(4);
    assertEquals(
        "activations of 2 × 5 have 5 channels, but the Hessian has 4",
        assertThrows(ShapeException.class, () -> hessian.add(Matrix.zeros(2, 5), 1)).getMessage());
    assertEquals(
        "0 sequences are none; at least 1",
        assertThrows(IllegalArgumentException.class, () -> hessian.add(Matrix.zeros(2, 4), 0))
            .getMessage());
    Matrix nan = Matrix.zeros(2, 4);
    nan.put(3, Float.NaN);
    assertThrows(NonFiniteException.class, () -> hessian.add(nan, 1));
    assertEquals(
        "no token reached this layer; calibrate with more or longer text",
        assertThrows(IllegalStateException.class, hessian::matrix).getMessage());
  }

  /** Refused before anything was added: what it held before is still a Hessian. */
  @Test
  void anInterruptBeforeABatchLeavesItWhole() {
    Hessian hessian = Hessian.of(Inputs.activations(8, 300, 1));
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> hessian.add(Inputs.activations(8, 300, 2), 1));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertFalse(hessian.isBroken());
    Matrix before = Hessian.of(Inputs.activations(8, 300, 1)).matrix();
    assertEquals(before.get(3, 5), hessian.matrix().get(3, 5));
    assertEquals(8, hessian.tokens());
  }

  /** A batch that was added in part must not pass for a Hessian. */
  @Test
  void anInterruptedBatchSpoilsIt() throws InterruptedException {
    Matrix batch = Inputs.activations(20_000, 64, 2);
    for (int attempt = 0; attempt < 100; attempt++) {
      Hessian hessian = new Hessian(64);
      Thread adding = Thread.ofPlatform().start(() -> addUntilInterrupted(hessian, batch));
      Thread.sleep(20 + attempt);
      adding.interrupt();
      adding.join();
      if (hessian.isBroken()) {
        assertEquals(
            "this Hessian was interrupted while a batch was added, so that it holds part of it;"
                + " start a new one",
            assertThrows(IllegalStateException.class, hessian::matrix).getMessage());
        assertThrows(IllegalStateException.class, () -> hessian.add(batch, 1));
        return;
      }
      assertEquals(20_000 * hessian.sequences(), hessian.tokens());
    }
    fail("in 100 attempts no interrupt fell into the addition itself");
  }

  private static void addUntilInterrupted(Hessian hessian, Matrix batch) {
    try {
      while (true) {
        hessian.add(batch, 1);
      }
    } catch (InterruptedWork expected) {
      assertTrue(Thread.currentThread().isInterrupted());
    }
  }
}
