package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The factors against what defines them, and against the textbook in double. */
class CholeskyTest {

  /** L·Lᵀ = A and L·L⁻¹ = I, for sizes around a panel and of several panels. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 63, 64, 65, 130, 257})
  void factorsAndInverts(int n) {
    Matrix a = damped(Hessian.of(Inputs.activations(2 * n + 3, n, n)).matrix(), 0.01);
    Matrix l = a.copy();
    assertEquals(OptionalInt.empty(), Cholesky.lower(l));
    double[][] expected = Textbook.lower(Textbook.of(a));
    Matrix inverse = Cholesky.inverse(l);
    double scale = a.get(0, 0);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        double identity = 0;
        for (int p = 0; p < n; p++) {
          product += p <= j ? (double) l.get(i, p) * l.get(j, p) : 0;
          identity += p >= j && p <= i ? (double) l.get(i, p) * inverse.get(p, j) : 0;
        }
        assertEquals(a.get(i, j), product, 1e-6 * scale, i + ", " + j);
        assertEquals(i == j ? 1 : 0, identity, 1e-5, i + ", " + j);
        assertEquals(expected[i][j], l.get(i, j), 1e-5 * Math.sqrt(scale), i + ", " + j);
      }
      for (int j = i + 1; j < n; j++) {
        assertEquals(0f, inverse.get(i, j), "the inverse is lower triangular");
        assertEquals(a.get(i, j), l.get(i, j), "above the diagonal nothing is written");
      }
    }
  }

  /** The reference factors, inverts and factors again; one factor and one inverse give the same. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 64, 100, 193})
  void oneFactorAndOneInverseGiveTheReferencesU(int n) {
    Matrix h = Hessian.of(Inputs.activations(2 * n + 3, n, n)).matrix();
    ColumnOrder order = ColumnOrder.byActivation(h);
    Matrix u = InverseFactor.of(h, order, 0.01).u();
    double[][] expected = Textbook.upperOfInverse(Textbook.of(damped(h, 0.01)), order);
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        worst = Math.max(worst, Math.abs(u.get(i, j) - expected[i][j]));
        largest = Math.max(largest, Math.abs(expected[i][j]));
      }
    }
    assertTrue(worst < 1e-5 * largest, "off by " + worst + " of " + largest);
  }

  @Test
  void namesTheFirstPivotThatIsNotPositive() {
    Matrix a = Matrix.zeros(100, 100);
    for (int i = 0; i < 100; i++) {
      a.set(i, i, i == 77 ? -1 : 1);
    }
    assertEquals(OptionalInt.of(77), Cholesky.lower(a));
    a.set(3, 3, Float.NaN);
    assertEquals(OptionalInt.of(3), Cholesky.lower(a));
    assertEquals(OptionalInt.of(0), Cholesky.lower(Matrix.zeros(3, 3)), "0 is not positive");
  }

  @Test
  void anInterruptStopsTheFactorisation() {
    Matrix a = damped(Matrix.zeros(200, 200), 0);
    for (int i = 0; i < 200; i++) {
      a.set(i, i, 1);
    }
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> Cholesky.lower(a));
      assertThrows(InterruptedWork.class, () -> Cholesky.inverse(a));
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  private static Matrix damped(Matrix h, double damping) {
    Matrix a = h.copy();
    double sum = 0;
    for (int i = 0; i < h.rows(); i++) {
      sum += h.get(i, i);
    }
    for (int i = 0; i < h.rows(); i++) {
      a.set(i, i, h.get(i, i) + (float) damping * (float) (sum / h.rows()));
    }
    return a;
  }
}
