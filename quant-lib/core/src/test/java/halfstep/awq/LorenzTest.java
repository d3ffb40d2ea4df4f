package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.calib.Activations;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;

class LorenzTest {

  private static Lorenz of(float... means) {
    return Lorenz.of(Salience.of(Activations.of(Matrix.of(1, means.length, means))));
  }

  @Test
  void coefficientsAreThoseOfTheTextbook() {
    assertEquals(0, of(3, 3, 3, 3).gini(), 1e-12);
    assertEquals(0.75, of(0, 8, 0, 0).gini(), 1e-12);
    // Σ (2i − n − 1)·x_i / (n·Σ x_i) of 1, 2, 3, 4: (−3 − 2 + 3 + 12) / 40
    assertEquals(0.25, of(2, 4, 1, -3).gini(), 1e-12);
  }

  @Test
  void theCurveAddsUpFromTheWeakest() {
    Lorenz lorenz = of(4, 1, 3, 2);
    assertEquals(0, lorenz.share(0));
    assertEquals(0.1, lorenz.share(1), 1e-12);
    assertEquals(0.3, lorenz.share(2), 1e-12);
    assertEquals(0.6, lorenz.share(3), 1e-12);
    assertEquals(1, lorenz.share(4), 1e-12);
  }

  @Test
  void itsTextNamesTheCoefficient() {
    assertEquals("Lorenz curve of 4 channels, Gini 0.250", of(2, 4, 1, -3).toString());
  }

  @Test
  void silentChannelsAreAllAlike() {
    assertEquals(0, of(0, 0, 0).gini(), 1e-12);
  }
}
