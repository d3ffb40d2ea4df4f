package halfstep.lab.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.ThreadCounts;
import halfstep.lab.Verdict;
import halfstep.lab.Verdict.Outcome;
import halfstep.lab.form.Form;
import halfstep.lab.lora.LoraStudy.Base;
import halfstep.lab.lora.LoraStudy.Texts;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoraTest {

  private static final LoraConfig SHORT = new LoraConfig(4, 8, 2e-2, 0.01, 2, 12, 2, 24, 1);

  private final Model model = GoldenModels.open("llama_gqa");

  /** Text with something to learn: the same forty tokens over and over. */
  private static int[] text() {
    return IntStream.range(0, 400).map(i -> 3 + (i % 40 * 37 + 11) % 250).toArray();
  }

  /** θ = 1, g = ½, η = λ = 0.1: the decay takes 1 %, and each step then η whatever g is. */
  @Test
  void adamWsFirstStepsByHand() {
    Parameter parameter = new Parameter(Matrix.of(1, 1, 1f));
    parameter.gradient().put(0, 0.5f);
    parameter.step(1, 0.1, 0.1);
    assertEquals(0.99 - 0.1, parameter.value().at(0), 1e-6);
    parameter.step(2, 0.1, 0.1);
    assertEquals(0.89 * 0.99 - 0.1, parameter.value().at(0), 1e-6);
    // then g = 0: m̂ = (β₁²·(1−β₁) + β₁·(1−β₁))·½ / (1−β₁³), and v̂ alike
    parameter.gradient().put(0, 0f);
    parameter.step(3, 0.1, 0);
    double m = 0.5 * (0.9 * 0.1 * 0.9 + 0.1 * 0.9) / (1 - Math.pow(0.9, 3));
    double v = 0.25 * (0.999 * 0.001 * 0.999 + 0.001 * 0.999) / (1 - Math.pow(0.999, 3));
    assertEquals(0.7811 - 0.1 * m / Math.sqrt(v), parameter.value().at(0), 1e-6);
  }

  @Test
  void theLearningRateWarmsUp() {
    assertEquals(0.01, SHORT.rate(1), 1e-12);
    assertEquals(0.02, SHORT.rate(2), 1e-12);
    assertEquals(0.02, SHORT.rate(9), 1e-12);
  }

  @Test
  void trainingLearnsAndIsTheSameEachTime() {
    List<LoraStep> steps = new LoraTrainer(model, text(), SHORT).run(step -> {});
    assertEquals(12, steps.size());
    assertTrue(
        steps.getLast().loss() < steps.getFirst().loss() - 0.5,
        "from %s to %s".formatted(steps.getFirst(), steps.getLast()));
    assertEquals(steps, new LoraTrainer(model, text(), SHORT).run(step -> {}));
    assertNotEquals(steps, new LoraTrainer(model, text(), SHORT.withSeed(2)).run(step -> {}));
  }

  @Test
  void theStudyPairsItsBases() {
    TokenWindows calibration = TokenWindows.cut(text(), 40);
    int[] other = IntStream.range(0, 120).map(i -> 3 + (i % 40 * 37 + 11) % 250).toArray();
    Texts texts = new Texts(TokenWindows.cut(text(), 40), TokenWindows.cut(other, 24));
    LoraStudy study =
        LoraStudy.run(
            model,
            List.of(
                new Base("rtn4", Form.of(new Rtn(), 4, 32), null),
                new Base("awq2", Form.of(Awq.DEFAULT, 2, 32), calibration)),
            texts,
            SHORT,
            row -> {},
            done -> {});
    LoraRow full = study.rows().getFirst();
    assertEquals(LoraStudy.ORIGINAL, full.base());
    assertEquals(0, full.before().meanKl(), 1e-6);
    assertEquals(1, full.kept().share(), 1e-12);
    assertEquals(1, full.stability().ratio(), 1e-12);
    assertEquals(0, full.stability().notFinite());
    assertTrue(full.gain() > 0.3, "gain " + full.gain());
    assertTrue(full.beside().high() < 0, "fine-tuned beats untouched: " + full.beside());
    LoraRow rounded = study.rows().get(1);
    assertTrue(rounded.before().meanKl() > 0);
    assertEquals(rounded.gain() / full.gain(), rounded.kept().share(), 1e-6);
    assertTrue(rounded.mergeError() > 0.01 && rounded.mergeError() < 0.2);
    LoraRow two = study.rows().getLast();
    assertTrue(two.mergeError() > rounded.mergeError());
    assertTrue(two.requantized().isPresent() && two.keptRequantized().isPresent());
    List<Verdict> claims = LoraClaims.test(study);
    assertEquals(4, claims.size(), "two of each quantized base");
    assertEquals("quantizing to rtn4 negates the gains", claims.get(1).claim());
    assertEquals(Outcome.FAILS, claims.get(1).outcome(), claims.get(1).because());
  }

  @Test
  void figuresDoNotDependOnTheNumberOfProcessors() {
    ThreadCounts.assertSame(Figures.class);
  }

  /** Prints a training, for {@link ThreadCounts}. */
  static final class Figures {
    private Figures() {}

    public static void main(String[] words) {
      Model model = GoldenModels.open("llama_gqa");
      new LoraTrainer(model, text(), SHORT).run(System.out::println);
    }
  }

  @Test
  void sharesAndRatiosByHand() {
    Kept half = Kept.of(new double[] {1, 1}, new double[] {2, 2}, 1);
    assertEquals(0.5, half.share(), 1e-12);
    assertEquals(0.5, half.low(), 1e-12);
    assertEquals(0.5, half.high(), 1e-12);
    List<LoraStep> steps = List.of(step(1, 100), step(2, 2), step(3, 4), step(4, 6));
    List<LoraStep> reference = List.of(step(1, 1), step(2, 1), step(3, 2), step(4, 3));
    Stability stability = Stability.of(steps, reference, 1, 1);
    assertEquals(4, stability.median(), 1e-12, "the warm-up is left out");
    assertEquals(1.5, stability.largest(), 1e-12);
    assertEquals(0.5, stability.variation(), 1e-12);
    assertEquals(2, stability.ratio(), 1e-12);
    // |Δ log| is ln 2 and ln 1.5 in both
    assertEquals(0, stability.rougher().orElseThrow().meanDifference(), 1e-12);
    List<LoraStep> jumping = List.of(step(1, 1), step(2, 1), step(3, 8), step(4, 1));
    double more = (2 * Math.log(8) - Math.log(2) - Math.log(1.5)) / 2;
    assertEquals(
        more,
        Stability.of(jumping, reference, 1, 1).rougher().orElseThrow().meanDifference(),
        1e-12);
    List<LoraStep> broken = List.of(step(1, 1), step(2, 1), step(3, Double.NaN), step(4, 1));
    assertEquals(1, Stability.of(broken, reference, 1, 1).notFinite());
  }

  private static LoraStep step(int index, double norm) {
    return new LoraStep(index, 3, norm);
  }

  @Test
  void anInterruptLeavesTheStepsThatWereDone() {
    LoraTrainer trainer = new LoraTrainer(model, text(), SHORT);
    assertThrows(
        InterruptedWork.class,
        () ->
            trainer.run(step -> {
              if (step.index() == 3) {
                Thread.currentThread().interrupt();
              }
            }));
    assertTrue(Thread.interrupted());
    assertEquals(3, trainer.steps().size());
  }

  @Test
  void aTextThatIsTooShortIsRefused() {
    String message =
        assertThrows(ModelException.class, () -> new LoraTrainer(model, new int[] {5, 6, 7}, SHORT))
            .getMessage();
    assertEquals(
        "windows of 24 tokens cannot be cut from 3 tokens, or are longer than the context of 512; use a longer text or --length 3",
        message);
  }
}
