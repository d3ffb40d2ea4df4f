package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What may be compared, and what the comparison says. */
class ComparisonTest {

  private static final Model MODEL = GoldenModels.open("llama_gqa");
  private static final int[] STREAM = stream(600);

  private static int[] stream(int length) {
    int[] ids = GoldenModels.ids(GoldenModels.forward("llama_gqa"), "stream");
    int[] stream = new int[length];
    for (int i = 0; i < length; i++) {
      stream[i] = ids[(i * 7 + i / ids.length) % ids.length];
    }
    return stream;
  }

  private static Model rounded(int bits) {
    Map<String, Matrix> weights = new HashMap<>();
    for (String layer : MODEL.layers()) {
      Matrix weight = MODEL.weight(layer);
      weights.put(layer, RoundToNearest.quantize(weight, QuantSpec.of(bits, 32)).dequantized());
    }
    return MODEL.withWeights(weights);
  }

  private static Divergence of(Model model, int[] tokens, Windowing windowing) {
    return Divergence.between(MODEL, model, tokens, windowing);
  }

  @Test
  void theVariantWithMoreBitsIsCloser() {
    Windowing windowing = Windowing.papers(30);
    PairedVariants test =
        PairedVariants.of(of(rounded(8), STREAM, windowing), of(rounded(3), STREAM, windowing), 1);
    assertTrue(test.kl().high() < 0, test.toString());
    assertTrue(test.kl().isDecided());
    assertEquals(20, test.kl().n());
    PairedVariants self =
        PairedVariants.of(of(rounded(4), STREAM, windowing), of(rounded(4), STREAM, windowing), 1);
    assertEquals(0, self.kl().meanDifference());
    assertFalse(self.kl().isDecided());
  }

  @Test
  void unlikeResultsAreNotCompared() {
    Divergence papers = of(rounded(4), STREAM, Windowing.papers(64));
    refused(
        "these results cannot be compared: their protocol differs, papers and llama.cpp; evaluate both alike",
        papers,
        of(rounded(4), STREAM, Windowing.llamaCpp(64, OptionalInt.empty())));
    refused(
        "these results cannot be compared: their ctx differs, 64 and 32; evaluate both alike",
        papers,
        of(rounded(4), STREAM, Windowing.papers(32)));
    refused(
        "these results cannot be compared: their number of tokens differs, 576 and 320; evaluate both alike",
        papers,
        of(rounded(4), STREAM, Windowing.papers(64).atMost(330)));
    int[] other = STREAM.clone();
    other[5]++;
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> PairedVariants.of(papers, of(rounded(4), other, Windowing.papers(64)), 1));
    assertTrue(refusal.toString().contains("their text differs"), refusal.toString());
    Divergence elsewhere = Divergence.between(rounded(8), rounded(4), STREAM, Windowing.papers(64));
    refusal =
        assertThrows(IllegalArgumentException.class, () -> PairedVariants.of(papers, elsewhere, 1));
    assertTrue(refusal.toString().contains("against one model"), refusal.toString());
  }

  private static void refused(String sentence, Divergence first, Divergence second) {
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> PairedVariants.of(first, second, 1))
            .getMessage());
  }

  @Test
  void oneWindowTellsNothing() {
    Divergence one = of(rounded(4), STREAM, Windowing.papers(64).atMost(70));
    refused(
        "a paired test needs at least two windows, and the text fills one of ctx 64; use a longer text or a smaller --ctx",
        one,
        one);
  }

  @Test
  void protocolsRefuseNumbersThatTheyDoNotHave() {
    assertEquals(
        "100 tokens are fewer than llama.cpp's least, two windows of 64; use a longer text or a smaller --ctx",
        assertThrows(
                ModelException.class,
                () -> of(MODEL, stream(100), Windowing.llamaCpp(64, OptionalInt.empty())))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Windowing.hqq(64, 65));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Windowing(Protocol.LLAMA_CPP, 64, 32, 1000, OptionalInt.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Windowing(Protocol.PAPERS, 64, 64, 1000, OptionalInt.of(1)));
    assertEquals(
        "there is no protocol gguf; choose one of papers, llama.cpp, hqq",
        assertThrows(IllegalArgumentException.class, () -> Protocol.of("gguf")).getMessage());
  }

  @Test
  void intervalsHoldTheirValues() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    Quantile ninety = Quantile.of(0.9, values);
    assertEquals(900, ninety.value());
    // ranks 900 ± 1.96 · √(1000 · 0.9 · 0.1)
    assertEquals(new Interval(882, 919), ninety.interval());
    assertEquals(1000, Quantile.of(0.9999, values).interval().high());
    Interval all = Interval.ofShare(1, 10);
    assertEquals(1, all.high(), 1e-12);
    assertEquals(0.7225, all.low(), 1e-4);
  }

  @Test
  void hqqScoresEveryTokenButTheFirst() {
    for (int length : List.of(65, 96, 100, 128, 129)) {
      Cut cut = Windowing.hqq(64, 32).cut(stream(length));
      assertEquals(length - 1, cut.predictions(), "of " + length);
      double weights = 0;
      for (int w = 0; w < cut.count(); w++) {
        weights += cut.place(w).weight() * cut.place(w).scored();
      }
      assertEquals(length, weights, 1e-9);
    }
  }

  @Test
  void domainsTogetherAreTheirPredictions() {
    Domain first = new Domain("first", stream(200));
    Domain second = new Domain("second", Arrays.copyOfRange(STREAM, 200, 600));
    Evaluation evaluation =
        Evaluation.run(
            List.of(new Evaluation.Subject("4 bit", rounded(4))),
            new Evaluation.Subject("full", MODEL),
            List.of(first, second),
            Windowing.papers(50),
            done -> {});
    assertEquals(3, evaluation.rows().size());
    EvaluationRow all = evaluation.rows().getLast();
    assertEquals("all", all.domain());
    assertEquals(12, all.perplexity().windows());
    Divergence one = evaluation.rows().get(0).divergence().orElseThrow();
    Divergence two = evaluation.rows().get(1).divergence().orElseThrow();
    Divergence both = all.divergence().orElseThrow();
    assertEquals((4 * one.meanKl() + 8 * two.meanKl()) / 12, both.meanKl(), 1e-12);
    assertEquals(of(rounded(4), first.tokens(), Windowing.papers(50)), one);
  }
}
