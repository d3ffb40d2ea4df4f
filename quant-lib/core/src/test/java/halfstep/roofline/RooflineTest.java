package halfstep.roofline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.Timing;
import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RooflineTest {

  private static final Roofline TEN_AND_FORTY = new Roofline(10e9, 40e9);

  @Test
  void theLowerLimitHolds() {
    assertEquals(4, TEN_AND_FORTY.ridge());
    assertEquals(5e9, TEN_AND_FORTY.attainable(0.5));
    assertEquals(40e9, TEN_AND_FORTY.attainable(4));
    assertEquals(40e9, TEN_AND_FORTY.attainable(100));
    assertEquals(new Roofline(12e9, 40e9), TEN_AND_FORTY.or(new Roofline(12e9, 30e9)));
    assertThrows(IllegalArgumentException.class, () -> new Roofline(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Roofline(1, Double.NaN));
  }

  @Test
  void aRateIsReckonedAtTheMedian() {
    Timing timing = new Timing(List.of(1e6, 2e6, 9e6), 1);
    ProductRate rate = new ProductRate("4 bit g64", 1, 8_000_000, 4_000_000, timing);
    assertEquals(0.5, rate.intensity());
    assertEquals(4e9, rate.bytesPerSecond(), 1);
    assertEquals(2e9, rate.flopsPerSecond(), 1);
    assertEquals(0.4, rate.share(TEN_AND_FORTY), 1e-12);
  }

  @Test
  void productsAreCountedByWhatTheyRead() {
    List<ProductRate> heard = new ArrayList<>();
    List<ProductRate> rates =
        ProductRates.measure(128, List.of(QuantSpec.of(4, 64)), List.of(1, 3), 0.001, heard::add);
    assertEquals(heard, rates);
    assertEquals(
        List.of("float32", "float32", "4 bit g64", "4 bit g64"),
        rates.stream().map(ProductRate::weights).toList());
    assertEquals(4 * (128 * 128 + 2 * 128), rates.getFirst().bytes());
    assertEquals(2 * 3 * 128 * 128, rates.get(1).flops());
    // codes, then a scale and a zero for each group of 64, then inputs and outputs
    assertEquals(128 * 128 / 2 + 8 * 128 * 2 + 4 * 2 * 128, rates.get(2).bytes());
    assertTrue(rates.stream().allMatch(rate -> rate.flopsPerSecond() > 0));
  }

  @Test
  void exampleWeightsHaveTheirDeviation() {
    Matrix w = ProductRates.example(200, 100, 7);
    double squares = 0;
    for (long i = 0; i < w.size(); i++) {
      squares += w.at(i) * w.at(i);
    }
    assertEquals(0.02, Math.sqrt(squares / w.size()), 0.0005);
    assertEquals(w.at(77), ProductRates.example(200, 100, 7).at(77));
  }

  @Test
  void whatCannotBePackedIsRefused() {
    QuantSpec other = QuantSpec.of(4, 64).with(Axis.of(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> ProductRates.measure(64, List.of(other), List.of(1), 0.001, rate -> {}));
  }

  @Test
  void measuringGivesTwoLimitsAndStops() {
    List<Double> shares = new ArrayList<>();
    Roofline measured = Roofline.measure(0.001, shares::add);
    assertTrue(measured.bytesPerSecond() > 1e8 && measured.bytesPerSecond() < 1e13, "" + measured);
    assertTrue(measured.flopsPerSecond() > 1e7 && measured.flopsPerSecond() < 1e14, "" + measured);
    assertEquals(1, shares.getLast());
    Thread.currentThread().interrupt();
    assertThrows(InterruptedWork.class, () -> Roofline.measure(0.001, done -> {}));
    assertTrue(Thread.interrupted());
  }
}
