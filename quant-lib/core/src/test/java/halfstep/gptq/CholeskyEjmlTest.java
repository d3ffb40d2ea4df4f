package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.tensor.Matrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U against EJML, which factors, inverts and factors again as the reference does. */
class CholeskyEjmlTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 65, 257})
  void equalsEjml(int n) {
    Matrix h = Hessian.of(Inputs.activations(2 * n + 3, n, 5)).matrix();
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += h.get(i, i) / (double) n;
    }
    DMatrixRMaj a = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a.set(i, j, h.get(i, j) + (i == j ? 0.01f * (float) mean : 0));
      }
    }
    DMatrixRMaj inverse = new DMatrixRMaj(n, n);
    CommonOps_DDRM.invert(a, inverse);
    var upper = DecompositionFactory_DDRM.chol(n, false);
    upper.decompose(inverse);
    DMatrixRMaj expected = upper.getT(null);
    Matrix u = InverseFactor.of(h, ColumnOrder.natural(n), 0.01).u();
    double largest = CommonOps_DDRM.elementMaxAbs(expected);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(expected.get(i, j), u.get(i, j), 1e-6 * largest, i + ", " + j);
      }
    }
  }
}
