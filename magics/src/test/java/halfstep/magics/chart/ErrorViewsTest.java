package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.Layers;
import halfstep.magics.figure.Mark.Bar;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ErrorViewsTest {

  private static final List<QuantMethod> METHODS =
      List.of(new Rtn(), Hqq.DEFAULT, new Awq(20, true), new LeastSquares(10));
  private static final List<String> ROLES =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private static LayerError error(String layer, QuantMethod method, double error, boolean output) {
    return new LayerError(
        layer,
        new Shape(64, 64),
        method,
        QuantSpec.of(3, 64),
        3.7,
        new ErrorMetrics(0.1, 0.02, 0.3, error, 8, 0.99),
        output ? OptionalDouble.of(error / 2) : OptionalDouble.empty());
  }

  private static List<LayerError> model(int blocks) {
    List<LayerError> errors = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (String role : ROLES) {
        for (QuantMethod method : METHODS) {
          double size = 0.1 + 0.01 * block + 0.02 * METHODS.indexOf(method);
          errors.add(error("model.layers.%d.%s".formatted(block, role), method, size, true));
        }
      }
    }
    return errors;
  }

  private static Picture draw(List<LayerError> errors) {
    return LayerCharts.errors("Error of all", errors, Layers::shortName);
  }

  private static long bars(Picture picture) {
    return picture.figure().orElseThrow().marks().stream().filter(Bar.class::isInstance).count();
  }

  @Test
  void weightsStandBesideOutputs() {
    Picture picture = draw(model(5));
    Views.assertDrawn(picture);
    assertEquals(2 * 4 * (35 + 7), bars(picture), "bars and boxes in both panels");
    Views.assertHas(
        Views.titles(picture),
        "4.down_proj, ls 3 bit g64: 0.2000",
        "4.down_proj, ls 3 bit g64: 0.1000",
        "q_proj, hqq 3 bit g64: median 0.1400, middle half 0.1300 to 0.1500, 5 layers from 0.1200 to"
            + " 0.1600");
    Views.assertHas(
        Views.words(picture), "0.q_proj", "down_proj", "rtn float zero", "awq", "3 bit g64");
  }

  @Test
  void withoutActivationsTheWeightsStandAlone() {
    Picture picture =
        draw(
            List.of(
                error("model.layers.0.mlp.up_proj", new Rtn(), 0.2, false),
                error("model.layers.0.mlp.up_proj", Hqq.DEFAULT, 0.1, false)));
    Views.assertDrawn(picture);
    assertEquals(2, bars(picture), "two layers are no box");
    assertTrue(picture.alternative().contains("Largest: 0.up_proj, rtn float zero 3 bit g64"));
  }

  @Test
  void aLargeModelKeepsItsBoxes() {
    Picture picture = draw(model(32));
    Views.assertDrawn(picture);
    assertEquals(2 * 4 * 7, bars(picture));
    assertTrue(picture.height() < 800, "height " + picture.height());
  }

  @Test
  void quartilesLieBetweenNeighbours() {
    BoxMark box = new BoxMark(new double[] {1, 2, 3, 10});
    assertEquals(1.75, box.quantile(0.25), 1e-12);
    assertEquals(2.5, box.quantile(0.5), 1e-12);
    assertEquals(10, box.quantile(1), 1e-12);
  }
}
