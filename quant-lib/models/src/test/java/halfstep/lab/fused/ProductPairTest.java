package halfstep.lab.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProductPairTest {

  private static Matrix weights() {
    SplittableRandom random = new SplittableRandom(1);
    Matrix w = Matrix.zeros(96, 128);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return w;
  }

  private static ProductPair pair(int rows, double whole, double fused) {
    return new ProductPair(rows, whole, whole / 2, fused, 400, 60, 0);
  }

  @Test
  void bothWaysComputeTheSame() {
    QuantizedMatrix quantized = RoundToNearest.quantize(weights(), QuantSpec.of(4, 64));
    List<ProductPair> pairs =
        ProductPair.measure(quantized, List.of(1, 5, 40), 0.002, pair -> {}, done -> {});
    assertEquals(List.of(1, 5, 40), pairs.stream().map(ProductPair::rows).toList());
    for (ProductPair pair : pairs) {
      assertTrue(pair.difference() < 1e-5, "difference " + pair.difference());
      assertTrue(pair.wholeNanos() > 0 && pair.fusedNanos() > 0);
      assertEquals(96 * 128 * 4, pair.wholeBytes());
      // codes of 4 bits, a scale and a zero of four bytes for each group of 64
      assertEquals(96 * 128 / 2 + 96 * 2 * 8, pair.packedBytes());
    }
  }

  @Test
  void theCrossoverIsWhereTurningBackStaysFaster() {
    List<ProductPair> pairs = List.of(pair(1, 4, 1), pair(8, 3, 4), pair(16, 4, 3), pair(64, 5, 9));
    assertEquals(4, pairs.getFirst().speedUp());
    assertEquals(OptionalInt.of(64), ProductPair.crossover(pairs), "16 rows are faster fused");
    assertEquals(OptionalInt.empty(), ProductPair.crossover(pairs.subList(0, 1)));
    assertEquals(OptionalInt.of(8), ProductPair.crossover(pairs.subList(0, 2)));
  }

  @Test
  void whatCannotBePackedIsRefusedAndAnInterruptStops() {
    QuantizedMatrix columns =
        RoundToNearest.quantize(weights(), QuantSpec.of(4, 32).with(Axis.OUT));
    assertThrows(
        IllegalArgumentException.class,
        () -> ProductPair.measure(columns, List.of(1), 0.01, pair -> {}, done -> {}));
    QuantizedMatrix rows = RoundToNearest.quantize(weights(), QuantSpec.of(4, 64));
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedWork.class,
        () -> ProductPair.measure(rows, List.of(1), 0.01, pair -> {}, done -> {}));
    assertTrue(Thread.interrupted());
  }
}
