package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import halfstep.backend.Twins;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CodeKernelTest {

  @Tag("twin")
  @Test
  void twinsGiveTheSameBits() {
    SplittableRandom random = new SplittableRandom(1);
    for (int count = 0; count <= 70; count++) {
      byte[] codes = new byte[count + 5];
      random.nextBytes(codes);
      float zero = (float) (100 * random.nextGaussian());
      float scale = (float) random.nextGaussian();
      float[] expected = new float[codes.length];
      for (int i = 3; i < 3 + count; i++) {
        expected[i] = (Byte.toUnsignedInt(codes[i]) - zero) * scale;
      }
      for (CodeKernel twin : Twins.of(CodeKernel.class, new ScalarCodes())) {
        float[] weights = new float[codes.length];
        twin.weights(codes, 3, 3 + count, zero, scale, weights);
        assertArrayEquals(expected, weights, twin + " of " + count);
      }
    }
  }
}
