package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.backend.Twins;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LargestErrorTest {

  private static QuantizedMatrix codes(int rows) {
    Matrix w = Matrix.zeros(rows, 64);
    SplittableRandom random = new SplittableRandom(2);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return RoundToNearest.quantize(w, QuantSpec.of(4, 32));
  }

  @Test
  void itIsThatOfTheWeightsWhereverItLies() {
    QuantizedMatrix before = codes(1500);
    Matrix scales = before.params().scales().copy();
    scales.put(2999, 1.5f * scales.at(2999));
    QuantizedMatrix after =
        new QuantizedMatrix(
            before.spec(), before.codes(), new GroupParams(scales, before.params().zeros()));
    Matrix one = before.dequantized();
    Matrix other = after.dequantized();
    float difference = 0;
    float weight = 0;
    for (long i = 0; i < one.size(); i++) {
      difference = Math.max(difference, Math.abs(one.at(i) - other.at(i)));
      weight = Math.max(weight, Math.abs(one.at(i)));
    }
    LargestError found = LargestError.between(before, after);
    assertEquals(new LargestError(difference, weight), found);
    assertEquals((double) difference / weight, found.relative());
    assertEquals(0, LargestError.between(before, before).relative());
  }

  @Test
  void othersShapesAreRefused() {
    QuantizedMatrix before = codes(4);
    QuantizedMatrix after = codes(5);
    assertThrows(ShapeException.class, () -> LargestError.between(before, after));
  }

  @Tag("twin")
  @Test
  void twinsGiveTheSameBits() {
    SplittableRandom random = new SplittableRandom(3);
    for (int count = 0; count <= 70; count++) {
      float[] w = new float[count];
      float[] a = new float[count];
      float[] expected = {0.01f, 0.02f};
      for (int i = 0; i < count; i++) {
        w[i] = (float) random.nextGaussian();
        a[i] = (float) random.nextGaussian();
        expected[0] = Math.max(expected[0], Math.abs(w[i] - a[i]));
        expected[1] = Math.max(expected[1], Math.abs(w[i]));
      }
      for (ErrorKernel twin : Twins.of(ErrorKernel.class, new ScalarErrors())) {
        float[] most = {0.01f, 0.02f};
        twin.largest(w, a, most);
        assertArrayEquals(expected, most, twin + " of " + count);
      }
    }
  }
}
