package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.metric.LogSoftmax;
import halfstep.metric.Prediction;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationTest {

  private static final String NAME = "llama_gqa";

  private static int[] stream(String name) {
    return GoldenModels.ids(GoldenModels.forward(name), "stream");
  }

  private static Model rounded(Model model, int bits) {
    Map<String, Matrix> weights = new HashMap<>();
    for (String layer : model.layers()) {
      weights.put(
          layer,
          RoundToNearest.quantize(model.weight(layer), QuantSpec.of(bits, 32)).dequantized());
    }
    return model.withWeights(weights);
  }

  @ParameterizedTest
  @MethodSource("halfstep.llm.GoldenModels#names")
  void perplexityOfThePapers(String name) {
    Golden golden = GoldenModels.forward(name);
    double expected = GoldenModels.metadata(golden, "perplexity_seqlen64");
    Perplexity perplexity =
        Perplexity.of(GoldenModels.open(name), stream(name), Windowing.papers(64));
    assertEquals(GoldenModels.metadata(golden, "windows"), perplexity.windows());
    FidelityTable.row(
        name, "perplexity, relative", 1e-4, Math.abs(perplexity.value() - expected) / expected);
  }

  @Test
  void strideCountsEachTokenOnce() {
    Model model = GoldenModels.open(NAME);
    int[] stream = stream(NAME);
    Perplexity overlapping = Perplexity.of(model, stream, Windowing.papers(64, 16).atMost(200));
    // windows start at 0, 16, …, 128: 63 predictions, then 16 each
    assertEquals(9, overlapping.windows());
    assertEquals(63 + 8 * 16, overlapping.predictions());
    assertEquals(191, overlapping.predictions());
  }

  @Test
  void standardErrorIsThatOfTheMean() {
    Sample sample = new Sample(new double[] {1, 2, 3, 4});
    assertEquals(2.5, sample.mean());
    assertEquals(Math.sqrt(5.0 / 3 / 4), sample.standardError(), 1e-15);
    assertEquals(2, Quantile.of(0.5, sample.sorted()).value());
    assertEquals(4, Quantile.of(1, sample.sorted()).value());
  }

  @Test
  void aModelDoesNotDivergeFromItself() {
    Model model = GoldenModels.open(NAME);
    Divergence same = Divergence.between(model, model, stream(NAME), Windowing.papers(64));
    assertEquals(0, same.meanKl());
    assertEquals(1, same.sameTop1().value());
    assertEquals(0, same.nllIncrease().value());
    assertEquals(0, same.deltaPRms());
  }

  @Test
  void fewerBitsDivergeMore() {
    Model model = GoldenModels.open(NAME);
    List<Model> candidates = List.of(rounded(model, 8), rounded(model, 4), rounded(model, 2));
    List<Divergence> results =
        Divergence.between(model, candidates, stream(NAME), Windowing.papers(64), done -> {});
    assertTrue(results.get(0).meanKl() > 0);
    assertTrue(results.get(1).meanKl() > 10 * results.get(0).meanKl());
    assertTrue(results.get(2).meanKl() > results.get(1).meanKl());
    assertTrue(results.get(2).sameTop1().value() < results.get(0).sameTop1().value());
    Divergence two = results.get(2);
    assertTrue(two.percentiles().p50().value() <= two.percentiles().p90().value());
    assertTrue(two.percentiles().p999().value() <= two.percentiles().max());
    double increase = two.perplexity().meanNll() - two.reference().meanNll();
    assertEquals(increase, two.nllIncrease().value(), 1e-9);
    assertEquals(3 * 63, two.perplexity().predictions());
  }

  @Test
  void divergenceIsThatOfTheDefinition() {
    Windowing windowing = Windowing.papers(2);
    Scores scores = Scores.of(windowing.cut(new int[] {0, 1}), windowing);
    Matrix p = Matrix.of(2, 2, (float) Math.log(0.25), (float) Math.log(0.75), 0, 0);
    Matrix q = Matrix.of(2, 2, 0, 0, 0, 0);
    LogSoftmax reference = new LogSoftmax(2);
    LogSoftmax model = new LogSoftmax(2);
    reference.of(p, 0);
    model.of(q, 0);
    scores.add(Prediction.of(reference, model, 1), 0);
    Divergence result = scores.divergence();
    double expected = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
    assertEquals(expected, result.meanKl(), 1e-7);
    assertEquals(-0.25, result.deltaP().value(), 1e-7);
    assertEquals(Math.log(2), result.perplexity().meanNll(), 1e-7);
  }

  @Test
  void progressRisesToOne() {
    List<Double> told = new ArrayList<>();
    int[] text = new int[40_000];
    Perplexity.of(GoldenModels.open(NAME), text, Windowing.papers(200), told::add);
    assertEquals(0, told.getFirst());
    assertEquals(1, told.getLast());
    assertEquals(told.stream().sorted().distinct().toList(), told);
  }

  @Test
  void refusals() {
    Model model = GoldenModels.open(NAME);
    assertEquals(
        "200 tokens do not fill one window of 256; use a longer text or a smaller --ctx",
        assertThrows(
                ModelException.class,
                () -> Perplexity.of(model, stream(NAME), Windowing.papers(256)))
            .getMessage());
    assertEquals(
        "ctx 1, stride 1 and 2147483647 tokens leave nothing to predict; at least 2, 1 and 2",
        assertThrows(IllegalArgumentException.class, () -> Windowing.papers(1)).getMessage());
  }

  @Test
  void interruptStopsReadingToo() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedWork.class, () -> GoldenModels.open(NAME));
    assertTrue(Thread.interrupted());
  }

  @Test
  void interruptStopsIt() {
    Model model = GoldenModels.open(NAME);
    Perplexity.of(model, stream(NAME), Windowing.papers(64));
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedWork.class, () -> Perplexity.of(model, stream(NAME), Windowing.papers(64)));
    assertTrue(Thread.interrupted());
  }
}
