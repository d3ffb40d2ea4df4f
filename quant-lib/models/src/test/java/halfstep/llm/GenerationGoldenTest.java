package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against transformers' {@code generate(do_sample=False)} with its own cache. */
class GenerationGoldenTest {

  private static Golden golden(String name) {
    return Golden.open("models/" + name + "/generation");
  }

  @ParameterizedTest
  @MethodSource("halfstep.llm.GoldenModels#names")
  void greedyTokensAndTheLogitsBeforeEach(String name) {
    Golden golden = golden(name);
    int[] prompt = GoldenModels.ids(golden, "prompt");
    int[] expected = GoldenModels.ids(golden, "tokens");
    float[] logits = golden.floats("logits");
    Decoder decoder = new Decoder(GoldenModels.open(name), prompt.length + expected.length);
    float[] ours = decoder.read(prompt);
    double worst = 0;
    for (int step = 0; step < expected.length; step++) {
      int vocabulary = ours.length;
      float[] theirs = Arrays.copyOfRange(logits, step * vocabulary, (step + 1) * vocabulary);
      worst = Math.max(worst, GoldenModels.worst(theirs, ours));
      assertEquals(expected[step], TokenChoice.best(ours), name + ", token " + step);
      ours = decoder.read(expected[step]);
    }
    FidelityTable.row(name, "logits while generating", 1e-4, worst);
  }

  @ParameterizedTest
  @MethodSource("halfstep.llm.GoldenModels#names")
  void aTextIsTransformersUpToTheTokenThatEndsIt(String name) {
    Golden golden = golden(name);
    int[] expected = GoldenModels.ids(golden, "tokens");
    Model model = GoldenModels.open(name);
    Generation text =
        Generation.of(
            model,
            GoldenModels.ids(golden, "prompt"),
            expected.length,
            new Sampling.Greedy(),
            token -> {});
    int length = 0;
    while (length < expected.length && !model.config().special().end().contains(expected[length])) {
      length++;
    }
    boolean ended = length < expected.length;
    assertEquals(ended ? Generation.End.END_TOKEN : Generation.End.LENGTH, text.end());
    assertArrayEquals(Arrays.copyOf(expected, ended ? length + 1 : length), text.written());
  }
}
