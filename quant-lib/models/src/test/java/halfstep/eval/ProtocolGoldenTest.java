package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three protocols and all divergence statistics, beside loops in torch (float64). */
class ProtocolGoldenTest {

  private static final int CTX = 64;

  private static Golden golden(String name) {
    return Golden.open("eval/" + name);
  }

  private static int[] stream(String name) {
    return GoldenModels.ids(golden(name), "stream");
  }

  private static void row(String name, String key, String quantity, double tolerance, double ours) {
    double expected = GoldenModels.metadata(golden(name), key);
    FidelityTable.row(
        "eval/" + name, quantity, tolerance, Math.abs(ours - expected) / Math.abs(expected));
  }

  private static int whole(String name, String key) {
    return (int) GoldenModels.metadata(golden(name), key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama3_rope"})
  void perplexityByEachProtocol(String name) {
    Model model = GoldenModels.open(name);
    int[] stream = stream(name);
    Perplexity papers = Perplexity.of(model, stream, Windowing.papers(CTX));
    row(name, "papers.ppl", "papers' perplexity, relative", 1e-4, papers.value());
    assertEquals(whole(name, "papers.windows"), papers.windows());
    Perplexity bos = Perplexity.of(model, stream, Windowing.llamaCpp(CTX, OptionalInt.of(1)));
    row(name, "llama.cpp.bos.ppl", "llama.cpp's with BOS, relative", 1e-4, bos.value());
    row(
        name,
        "llama.cpp.bos.se",
        "llama.cpp's standard error, relative",
        1e-3,
        bos.standardError());
    assertEquals(whole(name, "llama.cpp.bos.count"), bos.predictions());
    Perplexity plain = Perplexity.of(model, stream, Windowing.llamaCpp(CTX, OptionalInt.empty()));
    row(name, "llama.cpp.ppl", "llama.cpp's without BOS, relative", 1e-4, plain.value());
    Perplexity hqq = Perplexity.of(model, stream, Windowing.hqq(CTX, CTX / 2));
    row(name, "hqq.ppl", "hqq's script's, relative", 1e-4, hqq.value());
    assertEquals(whole(name, "hqq.windows"), hqq.windows());
    assertEquals(stream.length, hqq.basis().tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama3_rope"})
  void divergence(String name) {
    Model model = GoldenModels.open(name);
    Divergence ours =
        Divergence.between(model, sixteenths(model), stream(name), Windowing.papers(CTX));
    row(name, "kl.mean", "mean KL, relative", 1e-4, ours.kl().value());
    row(name, "kl.se", "standard error of the KL, relative", 1e-4, ours.kl().standardError());
    row(name, "kl.p50", "KL, 50 %, relative", 1e-4, ours.percentiles().p50().value());
    row(name, "kl.p90", "KL, 90 %, relative", 1e-4, ours.percentiles().p90().value());
    row(name, "kl.p99", "KL, 99 %, relative", 1e-4, ours.percentiles().p99().value());
    row(name, "kl.p99.9", "KL, 99.9 %, relative", 1e-4, ours.percentiles().p999().value());
    row(name, "kl.max", "KL, largest, relative", 1e-4, ours.percentiles().max());
    row(name, "deltaP.mean", "mean Δp, relative", 1e-3, ours.deltaP().value());
    row(name, "deltaP.se", "standard error of Δp, relative", 1e-4, ours.deltaP().standardError());
    row(name, "deltaP.rms", "rms of Δp, relative", 1e-4, ours.deltaPRms());
    row(name, "nll.rise", "rise of the NLL, relative", 1e-3, ours.nllIncrease().value());
    row(name, "nll.rise.se", "its error, relative", 1e-4, ours.nllIncrease().standardError());
    row(name, "same.share", "same top-1, relative", 0, ours.sameTop1().value());
    row(name, "same.low", "its interval, low, relative", 1e-9, ours.sameTop1().interval().low());
    row(name, "same.high", "its interval, high, relative", 1e-9, ours.sameTop1().interval().high());
  }

  /** Every layer rounded to multiples of 1/16. */
  private static Model sixteenths(Model model) {
    Map<String, Matrix> weights = new HashMap<>();
    for (String layer : model.layers()) {
      Matrix weight = model.weight(layer).copy();
      for (long row = 0; row < weight.rows(); row++) {
        for (long column = 0; column < weight.cols(); column++) {
          weight.set(row, column, (float) Math.rint(16 * weight.get(row, column)) / 16);
        }
      }
      weights.put(layer, weight);
    }
    return model.withWeights(weights);
  }
}
