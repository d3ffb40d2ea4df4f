package halfstep.lab.draft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.ThreadCounts;
import halfstep.lab.draft.Speculative.Plan;
import halfstep.lab.draft.Speculative.Written;
import halfstep.lab.form.Form;
import halfstep.llm.Decoder;
import halfstep.llm.Generation;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.Sampling;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeculativeTest {

  private static final int[] PROMPT = {5, 17, 200, 33};

  private final Model target = GoldenModels.open("llama_gqa");

  private Model draft(int bits) {
    return target.withQuantized(
        Form.of(new Rtn(), bits, 32).quantize(target, target.layers(), null, done -> {}));
  }

  @Test
  void aDecoderGoesBackAndReadsOnAsIfNothingHadBeen() {
    Decoder decoder = new Decoder(target, 12);
    Matrix each = decoder.readEach(PROMPT);
    assertArrayEquals(target.logits(PROMPT).row(2), each.row(2), 2e-5f);
    decoder.read(9, 8, 7);
    decoder.rewind(2);
    assertEquals(2, decoder.tokens());
    float[] again = decoder.read(200, 33);
    assertArrayEquals(each.row(3), again, 2e-5f);
    assertEquals(
        "cannot go back to token 5; 4 were read",
        assertThrows(ModelException.class, () -> decoder.rewind(5)).getMessage());
  }

  /** Whatever the draft proposes, the text is the one that the target alone takes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void greedyTextIsThatOfTheTarget(int lookahead) {
    Generation alone = Generation.of(target, PROMPT, 24, new Sampling.Greedy(), token -> {});
    Written written =
        new Speculative(target, draft(3), PROMPT, new Plan(lookahead, 24, 0)).write(1);
    assertEquals(alone.tokens(), written.tokens());
    assertEquals(written.tokens().size(), written.accepted() + written.passes());
  }

  @Test
  void aDraftThatIsTheTargetIsNeverRefused() {
    Written written = new Speculative(target, target, PROMPT, new Plan(3, 40, 0)).write(1);
    assertEquals(written.proposed(), written.accepted());
    assertEquals(4, written.tokensPerPass(), 0.5);
  }

  @Test
  void theSameSeedWritesTheSameTextAndOthersOthers() {
    Speculative writer = new Speculative(target, draft(2), PROMPT, new Plan(3, 20, 1));
    Written first = writer.write(7);
    Written other = writer.write(8);
    assertEquals(first, writer.write(7));
    assertTrue(!first.tokens().equals(other.tokens()));
    assertTrue(first.accepted() < first.proposed(), "a draft of 2 bits is refused sometimes");
  }

  /** 2 bits leave little of this model, so most proposals are refused: the hard case. */
  @Test
  void whatIsWrittenIsDistributedAsTheTargetAlone() {
    Equality equality = Equality.of(target, draft(2), "rtn2", PROMPT, 3, 2000, 1, done -> {});
    assertTrue(equality.acceptance() < 0.9, "acceptance " + equality.acceptance());
    assertEquals(5, equality.positions().size());
    assertTrue(equality.pValue() > 0.05, equality.toString());
  }

  /** The same test on what the draft itself writes: it must be found out. */
  @Test
  void theTestFindsADraftThatWritesAlone() {
    Model draft = draft(2);
    Equality equality = Equality.of(draft, draft, "itself", PROMPT, 1, 1000, 1, done -> {});
    assertTrue(equality.pValue() > 0.01, "against its own probabilities: " + equality);
    double[] expected = Distribution.of(target.logits(PROMPT).row(3), 1).toArray();
    double[] said = Distribution.of(draft.logits(PROMPT).row(3), 1).toArray();
    long[] counts = new long[expected.length];
    Arrays.setAll(counts, token -> Math.round(4000 * said[token]));
    assertTrue(ChiSquare.goodnessOfFit(counts, expected).pValue() < 1e-9);
  }

  @Test
  void theAcceptanceIsTheMeanOverlap() {
    TokenWindows windows =
        TokenWindows.of(List.of(new int[] {3, 4, 5, 6, 7}, new int[] {9, 8, 7, 6, 5}));
    Model draft =
        target.withWeights(
            Form.weights(
                Form.of(new Rtn(), 3, 32).quantize(target, target.layers(), null, done -> {})));
    Share share =
        new Acceptance(target, new Contexts(windows, 2), 1)
            .of(List.of(draft), 1, done -> {})
            .getFirst();
    double sum = 0;
    for (int w = 0; w < 2; w++) {
      for (int row = 1; row < 4; row++) {
        float[] p = target.logits(windows.window(w)).row(row);
        float[] q = draft.logits(windows.window(w)).row(row);
        sum += Distribution.of(p, 1).overlap(Distribution.of(q, 1));
      }
    }
    assertEquals(sum / 6, share.value(), 1e-6);
    Share same =
        new Acceptance(target, new Contexts(windows, 2), 0)
            .of(List.of(target), 1, done -> {})
            .getFirst();
    assertEquals(1, same.value());
  }

  @Test
  void aStudyIsTheSameEachTimeButForItsCosts() {
    DraftStudy.Plan plan = new DraftStudy.Plan(6, 4, 20, 2, 300, 1, 0.01);
    List<Form> forms = List.of(Form.of(new Rtn(), 2, 32), Form.of(Hqq.DEFAULT, 4, 32));
    List<int[]> prompts = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      prompts.add(new int[] {3 + t, 50 + 7 * t, 20, 100 - t, 7});
    }
    TokenWindows windows = TokenWindows.of(prompts);
    DraftStudy study = DraftStudy.run(target, forms, null, windows, plan, row -> {}, done -> {});
    DraftRow two = study.rows().getFirst();
    DraftRow four = study.rows().getLast();
    assertEquals("rtn2", two.name());
    assertTrue(two.acceptance().value() < four.acceptance().value());
    assertTrue(two.greedy().value() <= four.greedy().value());
    assertTrue(two.tokensPerPass() >= 1 && two.tokensPerPass() <= 3);
    assertTrue(two.cost() > 0 && study.check() > 0);
    assertEquals("rtn2", study.equality().draft(), "the draft that is refused most");
    DraftStudy again = DraftStudy.run(target, forms, null, windows, plan, row -> {}, done -> {});
    for (int i = 0; i < 2; i++) {
      assertEquals(study.rows().get(i).acceptance(), again.rows().get(i).acceptance());
      assertEquals(study.rows().get(i).greedy(), again.rows().get(i).greedy());
      assertEquals(study.rows().get(i).tokensPerPass(), again.rows().get(i).tokensPerPass());
    }
    assertEquals(study.equality(), again.equality());
  }

  @Test
  void figuresDoNotDependOnTheNumberOfProcessors() {
    ThreadCounts.assertSame(Figures.class);
  }

  /** Prints a study without its costs, for {@link ThreadCounts}. */
  static final class Figures {
    private Figures() {}

    public static void main(String[] words) {
      Model model = GoldenModels.open("llama_gqa");
      DraftStudy.Plan plan = new DraftStudy.Plan(4, 4, 20, 2, 200, 1, 0.001);
      TokenWindows prompts =
          TokenWindows.of(
              List.of(
                  PROMPT, new int[] {4, 9, 3, 8}, new int[] {7, 7, 1, 2}, new int[] {9, 1, 5, 6}));
      List<Form> forms = List.of(Form.of(new Rtn(), 2, 32), Form.of(Hqq.DEFAULT, 3, 32));
      DraftStudy study = DraftStudy.run(model, forms, null, prompts, plan, row -> {}, done -> {});
      study
          .rows()
          .forEach(row ->
              System.out.println(
                  row.acceptance()
                      + " "
                      + row.greedy()
                      + " "
                      + row.acceptance().value()
                      + " "
                      + row.tokensPerPass()));
      System.out.println(study.equality());
    }
  }

  @Test
  void anInterruptStopsIt() {
    Speculative writer = new Speculative(target, draft(4), PROMPT, new Plan(2, 100, 1));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedWork.class, () -> writer.write(1));
    assertTrue(Thread.interrupted());
  }

  @Test
  void otherVocabulariesAndEmptyPromptsAreRefused() {
    Plan plan = new Plan(2, 4, 1);
    assertThrows(ModelException.class, () -> new Speculative(target, target, new int[0], plan));
    assertThrows(ModelException.class, () -> new Plan(-1, 4, 1));
    assertThrows(ModelException.class, () -> new Plan(1, 4, Double.NaN));
  }
}
