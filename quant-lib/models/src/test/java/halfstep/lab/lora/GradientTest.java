package halfstep.lab.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Perplexity;
import halfstep.eval.Windowing;
import halfstep.lab.form.Form;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backward pass against differences of the loss, on every kind of block that it knows. */
class GradientTest {

  private static final LoraConfig CONFIG = new LoraConfig(3, 6, 1e-2, 0, 0, 1, 1, 8, 1);

  private static int[] tokens(int seed, int count) {
    return IntStream.range(0, count).map(i -> 3 + (i * 37 + seed * 101) % 250).toArray();
  }

  private static TokenWindows windows() {
    return TokenWindows.of(List.of(tokens(1, 19), tokens(2, 40)));
  }

  private static Model quantized(String name, int bits) {
    Model model = GoldenModels.open(name);
    return model.withQuantized(
        Form.of(new Rtn(), bits, 32).quantize(model, model.layers(), null, done -> {}));
  }

  /** Adapters in which B counts, too: at 0 A would have no gradient. */
  private static AdaptedModel adapted(Model model) {
    AdaptedModel network = new AdaptedModel(model, CONFIG);
    SplittableRandom random = new SplittableRandom(5);
    for (Parameter parameter : network.parameters()) {
      for (long i = 0; i < parameter.value().size(); i++) {
        parameter.value().put(i, (float) (0.03 * random.nextGaussian()));
      }
    }
    return network;
  }

  private static double movedLoss(
      AdaptedModel network, Parameter parameter, Matrix direction, double by) {
    Matrix before = parameter.value().copy();
    Dense.add(parameter.value(), direction, (float) by);
    double loss = network.loss(windows());
    parameter.value().segment().copyFrom(before.segment());
    return loss;
  }

  /** (L(θ + ε·d) − L(θ − ε·d)) / 2ε = ∂L·d, along the gradient and along a random direction. */
  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mha", "llama3_rope", "mistral"})
  void everyGradientIsTheSlopeOfTheLoss(String name) {
    AdaptedModel network = adapted(quantized(name, 3));
    network.lossAndGradients(windows());
    SplittableRandom random = new SplittableRandom(3);
    for (Parameter parameter : network.parameters()) {
      Matrix gradient = parameter.gradient().copy();
      double norm = Math.sqrt(Dense.square(gradient));
      assertTrue(norm > 1e-4, name + ": a gradient of norm " + norm);
      assertSlope(name, network, parameter, gradient, norm);
      Matrix direction = Matrix.zeros(gradient.rows(), gradient.cols());
      for (long i = 0; i < direction.size(); i++) {
        direction.put(i, gradient.at(i) + (float) (norm * 0.05 * random.nextGaussian()));
      }
      assertSlope(name, network, parameter, direction, norm);
    }
  }

  private static void assertSlope(
      String name, AdaptedModel network, Parameter parameter, Matrix direction, double norm) {
    double length = Math.sqrt(Dense.square(direction));
    Matrix unit = Matrix.zeros(direction.rows(), direction.cols());
    Dense.add(unit, direction, (float) (1 / length));
    double expected = 0;
    for (long i = 0; i < unit.size(); i++) {
      expected += (double) unit.at(i) * parameter.gradient().at(i);
    }
    double by = 2e-3;
    double slope =
        (movedLoss(network, parameter, unit, by) - movedLoss(network, parameter, unit, -by))
            / (2 * by);
    String what =
        "%s, parameter %s: %s but the loss has %s"
            .formatted(name, parameter.value().shape(), expected, slope);
    assertEquals(slope, expected, 2e-3 * norm, what);
  }

  /** With B at 0 the network is the model: its loss is the evaluation's. */
  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mha", "llama3_rope", "mistral"})
  void theForwardPassIsThatOfTheModel(String name) {
    Model model = quantized(name, 4);
    TokenWindows windows = TokenWindows.cut(tokens(4, 96), 32);
    double loss = new AdaptedModel(model, CONFIG).loss(windows);
    double expected = Perplexity.of(model, tokens(4, 96), Windowing.papers(32)).meanNll();
    assertEquals(expected, loss, 1e-5);
  }

  @Test
  void mergedWeightsGiveTheSameLoss() {
    AdaptedModel network = adapted(quantized("llama_gqa", 4));
    TokenWindows windows = TokenWindows.cut(tokens(4, 96), 32);
    double expected =
        Perplexity.of(network.mergedModel(), tokens(4, 96), Windowing.papers(32)).meanNll();
    assertEquals(expected, network.loss(windows), 1e-5);
  }

  /** Logits of 0: every token has probability 1/3, and three of four rows predict one. */
  @Test
  void theLossOfNoKnowledge() {
    TokenWindows windows = TokenWindows.of(List.of(new int[] {0, 1, 2}, new int[] {1, 1}));
    CrossEntropy found = CrossEntropy.of(Matrix.zeros(5, 3), windows);
    assertEquals(Math.log(3), found.loss(), 1e-12);
    float third = 1f / 9;
    float[] expected = {third, -2 * third, third};
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], found.slope().get(0, c), 1e-7f);
      assertEquals(0, found.slope().get(2, c), "the last row of a window predicts nothing");
      assertEquals(0, found.slope().get(4, c));
    }
  }

  @Test
  void partsWithoutAGradientAreRefused() {
    for (String name : List.of("mixtral", "qwen2", "qwen3")) {
      String message =
          assertThrows(
                  ModelException.class, () -> new AdaptedModel(GoldenModels.open(name), CONFIG))
              .getMessage();
      assertTrue(String.valueOf(message).contains("knows no gradient"), message);
    }
  }

  @Test
  void transposingTwiceIsNothing() {
    SplittableRandom random = new SplittableRandom(1);
    Matrix x = Matrix.zeros(67, 35);
    for (long i = 0; i < x.size(); i++) {
      x.put(i, random.nextFloat());
    }
    Matrix y = Dense.transposed(x);
    assertEquals(x.get(66, 34), y.get(34, 66));
    assertEquals(x.get(40, 3), y.get(3, 40));
    assertEquals(-1, Dense.transposed(y).segment().mismatch(x.segment()));
  }
}
