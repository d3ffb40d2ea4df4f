package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.spi.Refusal;
import halfstep.llm.Generation;
import halfstep.llm.Model;
import halfstep.llm.Sampling;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.magics.table.Continuation;
import halfstep.quant.GroupSolver;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code %generate} on the embedded model. */
class GenerateCommandTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  private List<Continuation> texts(String line) {
    List<?> rows = assertInstanceOf(List.class, run(line).value());
    return rows.stream().map(row -> assertInstanceOf(Continuation.class, row)).toList();
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  @Test
  void formsOfTheModelWriteSideBySide() {
    Report<?> report =
        run(
            "generate The old house --models fp,rtn8,hqq2,awq3 --length 12 --tokens 256 --as texts");
    assertEquals("java.util.List<halfstep.magics.table.Continuation>", host.types.get("texts"));
    assertEquals(4, report.table().rowCount());
    List<?> rows = assertInstanceOf(List.class, report.value());
    Continuation full = assertInstanceOf(Continuation.class, rows.getFirst());
    assertEquals("fp", full.model());
    assertTrue(report.toString().contains("“The old house” goes on"), report.toString());
    // the words written are those of the tokens chosen one by one without a cache
    Model model = session.model().running("the test");
    int[] text = model.tokenizer().encode("The old house");
    for (int token : full.generation().tokens()) {
      assertEquals(token, mostProbable(model.logits(text).row(text.length - 1)));
      text = Arrays.copyOf(text, text.length + 1);
      text[text.length - 1] = token;
    }
    assertEquals(
        model.tokenizer().decode(text),
        model.tokenizer().decode(model.tokenizer().encode("The old house")) + full.text());
  }

  private static int mostProbable(float[] logits) {
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  @Test
  void aQuantizedFormWritesWhatItsDequantizedWeightsWrite() {
    Continuation text = texts("generate public class --models rtn3 --length 10").getFirst();
    Model model = session.model().running("the test");
    Map<String, Matrix> weights = new LinkedHashMap<>();
    for (String layer : model.layers()) {
      weights.put(
          layer, RoundToNearest.quantize(model.weight(layer), QuantSpec.of(3, 64)).dequantized());
    }
    Generation expected =
        Generation.of(
            model.withWeights(weights),
            model.tokenizer().encode("public class"),
            10,
            new Sampling.Greedy(),
            token -> {});
    assertEquals(expected.tokens(), text.generation().tokens());
  }

  @Test
  void theSameSeedDrawsTheSameText() {
    String line = "generate Once --temperature 1.2 --top-k 40 --top-p 0.95 --length 15 --seed ";
    assertEquals(texts(line + 3), texts(line + 3));
    assertNotEquals(texts(line + 3), texts(line + 4));
  }

  @Test
  void aSolverOfOnesOwnWritesToo() {
    GroupSolver rounding =
        (weights, spec) -> {
          throw new IllegalStateException("the solver was asked for " + spec.bits());
        };
    host.variables.put("mine", rounding);
    assertTrue(
        refusal("generate Once --models mine3 --length 2").contains("the solver was asked for"),
        "the variable's solver runs");
    host.variables.remove("mine");
    assertTrue(
        refusal("generate Once --models mine3 --length 2")
            .startsWith("method \"mine\" does not exist"));
  }

  @Test
  void anInterruptShowsTheTextsThatAreFinished() {
    host.interruptAtUpdate = 6; // four tokens of fp, then two layers of hqq3
    assertThrows(InterruptedWork.class, () -> run("generate Once --models fp,hqq3 --length 4"));
    assertTrue(Thread.interrupted(), "the kernel still sees the interrupt");
    String text = String.valueOf(host.shown.getLast().data().get("text/plain"));
    assertTrue(text.endsWith("Interrupted: 1 of 2 texts are finished."), text);
  }

  @Test
  void refusals() {
    assertEquals(
        "%generate: --models: \"best\" is no form of the model; use fp, or a method and its bits"
            + " such as hqq3 or awq4",
        refusal("generate Once --models best"));
    assertEquals(
        "--top-k and --top-p cut what is drawn from, and nothing is drawn at temperature 0; add"
            + " --temperature 0.8",
        refusal("generate Once --top-k 5"));
    assertTrue(
        refusal("generate Once --length 100000").contains("longer than the model's context"));
    assertEquals("%generate needs PROMPT; %help generate explains it", refusal("generate"));
  }

  private String refusal(String line) {
    return String.valueOf(assertThrows(Refusal.class, () -> run(line)).getMessage());
  }
}
