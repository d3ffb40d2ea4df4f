package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What the embedded mixture of experts is for: its card's claims, on the texts that are shipped.
 */
class ExpertsModelTest {

  private static final Path NOTEBOOKS = Path.of("..", "..", "notebooks");
  private static final int CTX = 256;

  private final Model model = Model.open(NOTEBOOKS.resolve("models/experts"));

  private int[] tokens(String text) throws IOException {
    return model
        .tokenizer()
        .encode(Files.readString(NOTEBOOKS.resolve("data").resolve(text + ".txt")));
  }

  /** Expected: torch, {@code python perplexity.py ../experts ../../data/*.txt --digits 5}. */
  @Test
  void perplexityIsThatOfTorch() throws IOException {
    assertPerplexity(41.52328, "prose");
    assertPerplexity(35.74539, "java");
  }

  private void assertPerplexity(double expected, String text) throws IOException {
    Perplexity perplexity = Perplexity.of(model, tokens(text), Windowing.papers(CTX));
    assertEquals(expected, perplexity.value(), 1e-4 * expected);
  }

  @Test
  void proseAndCodeReachTheExpertsUnevenly() throws IOException {
    double most = 0;
    double[] prose = shares("prose");
    double[] java = shares("java");
    for (int i = 0; i < prose.length; i++) {
      most = Math.max(most, Math.abs(prose[i] - java[i]));
    }
    assertEquals(2 * 3, sum(prose), 1e-9);
    assertTrue(most > 0.2, "largest difference of an expert's share " + most);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** Share of a text's tokens that reach each expert, block by block. */
  private double[] shares(String text) throws IOException {
    TokenWindows windows = TokenWindows.cut(tokens(text), CTX).first(16);
    int experts = model.config().mixture().orElseThrow().count();
    double[] shares = new double[model.config().layers() * experts];
    HiddenStates states = model.embed(windows);
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      for (int e = 0; e < experts; e++) {
        String layer = "model.layers.%d.block_sparse_moe.experts.%d.w1".formatted(block, e);
        long reached = capture.seen(layer).map(Matrix::rows).orElse(0L);
        shares[block * experts + e] = reached / (double) windows.tokens();
      }
      states = capture.output();
    }
    return shares;
  }
}
