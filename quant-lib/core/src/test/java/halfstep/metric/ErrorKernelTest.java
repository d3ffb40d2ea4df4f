package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.backend.Twins;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ErrorKernelTest {

  @Tag("twin")
  @Test
  void twinsGiveTheSameBits() {
    SplittableRandom random = new SplittableRandom(1);
    for (int count = 0; count <= 70; count++) {
      float[] w = new float[count + 3];
      float[] a = new float[count + 3];
      for (int i = 0; i < w.length; i++) {
        w[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
        a[i] = random.nextInt(5) == 0 ? w[i] : (float) (w[i] * (1 + 0.1 * random.nextGaussian()));
      }
      double[] before = random.doubles(ErrorKernel.ALL).toArray();
      double[] expected = before.clone();
      new ScalarErrors().add(w, a, 3, count, expected);
      for (ErrorKernel twin : Twins.of(ErrorKernel.class, new ScalarErrors())) {
        double[] lanes = before.clone();
        twin.add(w, a, 3, count, lanes);
        assertArrayEquals(expected, lanes, twin + " of " + count);
      }
    }
  }

  @Test
  void theLanesHoldWhatTheyAreCalled() {
    double[] lanes = new double[ErrorKernel.ALL];
    float[] w = new float[11];
    float[] a = new float[11];
    w[1] = 3;
    a[1] = 5;
    w[9] = -1;
    a[9] = 6;
    new ScalarErrors().add(w, a, 0, 11, lanes);
    assertEquals(2 + 7, lanes[ErrorKernel.ABS + 1]);
    assertEquals(4 + 49, lanes[ErrorKernel.SQUARE + 1]);
    assertEquals(9 + 1, lanes[ErrorKernel.SIGNAL + 1]);
    assertEquals(25 + 36, lanes[ErrorKernel.POWER + 1]);
    assertEquals(15 - 6, lanes[ErrorKernel.PRODUCT + 1]);
    assertEquals(7, lanes[ErrorKernel.MOST + 1]);
  }
}
