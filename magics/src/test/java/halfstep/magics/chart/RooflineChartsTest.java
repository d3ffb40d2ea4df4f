package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.metric.Timing;
import halfstep.roofline.ProductRate;
import halfstep.roofline.Roofline;
import java.util.List;
import org.junit.jupiter.api.Test;

class RooflineChartsTest {

  private static ProductRate rate(String weights, int rows, long bytes, long flops, double nanos) {
    return new ProductRate(weights, rows, bytes, flops, new Timing(List.of(nanos), 1));
  }

  @Test
  void productsLieUnderTheRoof() {
    Roofline roofline = new Roofline(20e9, 80e9);
    Picture picture =
        RooflineCharts.products(
            "Products",
            roofline,
            List.of(
                rate("float32", 1, 64_000_000, 32_000_000, 4e6), // 8 of 10 GFLOP/s
                rate("float32", 16, 64_000_000, 512_000_000, 8e6), // 64 of 80
                rate("4 bit g64", 1, 9_000_000, 32_000_000, 2e6))); // 16 of 71
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "memory gives 20.0 GB/s",
        "products reach 80 GFLOP/s",
        "× 16",
        "4 bit g64",
        "what the machine allows");
    Views.assertHas(
        Views.titles(picture),
        "float32 × 1: 4.000 ms, 16.0 GB/s, 8.0 GFLOP/s: 80 % of what the machine allows");
    assertTrue(picture.alternative().contains("farthest: 4 bit g64 × 1"), picture.alternative());
    List<Form> forms =
        picture.figure().orElseThrow().marks().stream()
            .filter(Symbol.class::isInstance)
            .map(mark -> ((Symbol) mark).form())
            .distinct()
            .toList();
    assertEquals(List.of(Form.CIRCLE, Form.DIAMOND), forms);
  }
}
