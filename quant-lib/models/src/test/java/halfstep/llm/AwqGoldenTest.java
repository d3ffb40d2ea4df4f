package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwqGoldenTest {

  @ParameterizedTest
  @CsvSource({
    "llama_mha, 32, duo, 8",
    "llama_gqa, 32, duo, 6",
    "llama_gqa, 64, xonly, 6",
    "qwen2, 32, duo, 6",
    "mixtral, 32, duo, 12",
  })
  void searchesOfEveryScaleGroup(String name, int groupSize, String scaling, int groups) {
    String file = "awq/%s.g%d.%s".formatted(name, groupSize, scaling);
    Golden golden = Golden.open(file);
    QuantSpec spec = QuantSpec.of(4, groupSize).with(ZeroPoint.INTEGER);
    Awq config = new Awq(20, scaling.equals("duo"));
    Worst worst = new Worst(golden);
    Model model = GoldenModels.open(name);
    HiddenStates states = model.embed(GoldenModels.windows(golden, "calib_ids"));
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      for (ScaleGroup group : capture.scaleGroups()) {
        worst.add(group, search(group, spec, config));
      }
      states = capture.output();
    }
    assertEquals(groups, worst.seen.size(), () -> "searched " + worst.seen);
    FidelityTable.row(file, "x_mean, relative", 1e-5, worst.salience);
    FidelityTable.row(file, "w_mean, relative", 1e-5, worst.magnitude);
    FidelityTable.row(file, "losses, relative", 1e-3, worst.losses);
    FidelityTable.row(file, "best_scales, relative", 1e-4, worst.scales);
  }

  private static AwqScaleSearch search(ScaleGroup group, QuantSpec spec, Awq config) {
    return new AwqScaleSearch(
        group.weights(), spec, config, group.activations(), group.inspected());
  }

  /** The largest deviations over all groups of a file. */
  private static final class Worst {
    private final Golden golden;
    private final List<String> seen = new ArrayList<>();
    private double salience;
    private double magnitude;
    private double losses;
    private double scales;

    Worst(Golden golden) {
      this.golden = golden;
    }

    void add(ScaleGroup group, AwqScaleSearch search) {
      String key = GoldenModels.key(group) + "/";
      seen.add(key);
      salience = worse(salience, key + "x_mean", search.salience().toArray());
      magnitude = worse(magnitude, key + "w_mean", search.weightMagnitude());
      List<AwqStep> steps = search.steps().toList();
      double[] expected = golden.doubles(key + "losses");
      assertEquals(expected.length, steps.size());
      int bestExpected = 0;
      for (int i = 0; i < expected.length; i++) {
        double deviation = Math.abs(steps.get(i).outputMse() - expected[i]) / expected[i];
        losses = Math.max(losses, deviation);
        bestExpected = expected[i] < expected[bestExpected] ? i : bestExpected;
      }
      AwqStep best = AwqScaleSearch.best(steps);
      double lossOfOurs = expected[best.index()];
      assertTrue(
          lossOfOurs <= expected[bestExpected] * 1.001,
          () -> key + " chose grid point " + best.index() + " of loss " + lossOfOurs);
      if (best.index() == bestExpected) {
        scales = worse(scales, key + "best_scales", best.scales().toArray());
      }
    }

    private double worse(double before, String key, float[] actual) {
      return Math.max(before, GoldenModels.worstRelative(golden.floats(key), actual));
    }
  }
}
