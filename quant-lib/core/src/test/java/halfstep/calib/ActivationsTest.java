package halfstep.calib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.quant.NonFiniteException;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationsTest {

  private static final Matrix X = gaussian(97, 13);

  @Test
  void meansAreThoseOfTheDefinition() {
    Activations activations =
        Activations.of(Matrix.of(2, 3, /* token 0 */ 1f, -2f, 0f, /* token 1 */ 3f, 4f, 0f));
    assertArrayEquals(new float[] {2f, 3f, 0f}, activations.meanAbsolute());
    assertArrayEquals(new float[] {5f, 10f, 0f}, activations.meanSquare());
    assertEquals(2, activations.tokens());
    assertEquals("Activations of 3 channels over 2 tokens", activations.toString());
  }

  @Test
  void orderAndSizeOfBatchesDoNotMatter() {
    Activations whole = Activations.of(X);
    List<Activations> windows = new ArrayList<>(Activations.perWindow(X, 40, 0, 1, 56));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(windows, new Random(seed));
      Activations merged = Activations.merged(windows);
      assertArrayEquals(whole.meanAbsolute(), merged.meanAbsolute(), 1e-7f);
      assertArrayEquals(whole.meanSquare(), merged.meanSquare(), 1e-7f);
      assertEquals(97, merged.tokens());
    }
  }

  @Test
  void eachWindowCountsItsTokens() {
    List<Activations> windows = Activations.perWindow(X, 40, 0, 57);
    assertEquals(List.of(40L, 0L, 57L), windows.stream().map(Activations::tokens).toList());
    assertArrayEquals(Activations.of(X.rows(40, 97)).meanSquare(), windows.get(2).meanSquare(), 0f);
  }

  @Test
  void refusals() {
    assertEquals(
        "2 windows hold 50 tokens, but the inputs are 97 × 13; one row per token",
        assertThrows(ShapeException.class, () -> Activations.perWindow(X, 20, 30)).getMessage());
    assertEquals(
        "there are no activations to merge; give at least one",
        assertThrows(IllegalArgumentException.class, () -> Activations.merged(List.of()))
            .getMessage());
    assertEquals(
        "activations of 97 tokens have 13 channels, but earlier ones had 4",
        assertThrows(
                ShapeException.class,
                () -> Activations.merged(List.of(new Activations(4), Activations.of(X))))
            .getMessage());
    assertEquals(
        "no token reached this layer; calibrate with more or longer text",
        assertThrows(IllegalStateException.class, () -> new Activations(3).meanSquare())
            .getMessage());
  }

  @Test
  void aRefusedBatchLeavesNothingBehind() {
    Activations activations = Activations.of(X);
    Matrix broken = X.copy();
    broken.set(3, 2, Float.NaN);
    assertThrows(NonFiniteException.class, () -> activations.add(broken));
    assertArrayEquals(Activations.of(X).meanAbsolute(), activations.meanAbsolute(), 0f);
    assertEquals(97, activations.tokens());
  }

  private static Matrix gaussian(int rows, int cols) {
    Random random = new Random(5);
    Matrix x = Matrix.zeros(rows, cols);
    for (long i = 0; i < x.size(); i++) {
      x.put(i, (float) random.nextGaussian());
    }
    return x;
  }
}
