package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.backend.DeviceWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.MatmulDevice;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.testing.OneKernel;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Weights that are made while they are multiplied give the product of those that lie there. */
class PanelProductTest {

  /** One panel, a whole number of them, and a last one that is not full. */
  private static final int[] ROWS = {1, 128, 256, 300};

  private final AtomicInteger asked = new AtomicInteger();

  /** Multiplies on the processor, and counts. */
  private final class Counting implements MatmulDevice {
    @Override
    public boolean pays(Shape x, Shape w) {
      return true;
    }

    @Override
    public Optional<Matrix> timesTransposed(Matrix x, Matrix w) {
      asked.incrementAndGet();
      return Optional.of(Matmul.timesTransposedHere(x, w));
    }
  }

  @Test
  void panelsOfTheProcessorAndTheWholeOfADeviceAreOneProduct() {
    Matrix x = gaussian(40, 24);
    int products = 0;
    for (int rows : ROWS) {
      Matrix w = gaussian(rows, 24);
      Matrix expected = Matmul.timesTransposed(x, w);
      PanelProduct.Source source =
          (first, into) -> into.segment().copyFrom(w.rows(first, first + into.rows()).segment());
      assertSame(expected, PanelProduct.of(x, w.shape(), source));
      assertEquals(products, asked.get());
      DeviceWork work = OneKernel.work(MatmulDevice.class, new Counting());
      assertSame(expected, work.call(() -> PanelProduct.of(x, w.shape(), source)));
      assertEquals(++products, asked.get(), "one product of all rows");
    }
  }

  private static void assertSame(Matrix expected, Matrix actual) {
    assertEquals(expected.shape(), actual.shape());
    assertEquals(-1, expected.segment().mismatch(actual.segment()));
  }

  private static Matrix gaussian(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(rows);
    Matrix w = Matrix.zeros(rows, columns);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return w;
  }
}
