package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Divergence;
import halfstep.eval.Windowing;
import halfstep.lab.Solver;
import halfstep.lab.sensitivity.Sensitivity;
import halfstep.lab.sensitivity.SensitivityPart;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SensitivityChartsTest {

  private static final Model MODEL = Model.open(Path.of("..", "notebooks", "models", "natural"));

  private static final Divergence DIVERGENCE = divergence();

  private static Divergence divergence() {
    String layer = MODEL.layers().getFirst();
    Matrix w = MODEL.weight(layer);
    Model other = MODEL.withWeights(Map.of(layer, w.combine(w, (a, b) -> 1.5f * a)));
    int[] tokens = IntStream.range(0, 64).map(i -> 5 + 13 * i).toArray();
    return Divergence.between(MODEL, other, tokens, Windowing.papers(32));
  }

  private static SensitivityPart part(Kind kind, String name, int block, String role) {
    return new SensitivityPart(kind, name, block, role, List.of("x"), 1000, 3.5, DIVERGENCE);
  }

  private static Picture drawn(int blocks, List<String> roles) {
    List<SensitivityPart> parts = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (String role : roles) {
        parts.add(part(Kind.LAYER, block + "." + role, block, role));
      }
    }
    roles.forEach(role -> parts.add(part(Kind.ROLE, role, -1, role)));
    IntStream.range(0, blocks)
        .forEach(block -> parts.add(part(Kind.BLOCK, "block " + block, block, "")));
    parts.add(part(Kind.ALL, "all", -1, ""));
    Solver solver = new Solver(new Rtn(), QuantSpec.of(3, 64));
    Sensitivity found = new Sensitivity(solver, DIVERGENCE.basis(), parts);
    return SensitivityCharts.parts("Which layers hurt", found);
  }

  @Test
  void aCellALayerWithTheEdgesLast() {
    Picture picture = drawn(2, List.of("q_proj", "down_proj"));
    Views.assertDrawn(picture);
    Views.assertHas(Views.words(picture), "block 0", "block 1", "all at once", "down_proj");
    assertTrue(
        Views.titles(picture).stream().anyMatch(title -> title.startsWith("1.down_proj: KL ")),
        () -> Views.titles(picture).toString());
    assertTrue(picture.alternative().contains("Most sensitive layer "), picture.alternative());
  }

  /** A large model's cells are too small for numbers; names of columns do not touch. */
  @Test
  void manyBlocksStillFit() {
    Picture picture =
        drawn(
            40,
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"));
    Views.assertDrawn(picture);
    Views.assertHas(Views.words(picture), "block 0", "all at once");
  }
}
