package halfstep.lab.logic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.form.Form;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.lab.logic.LogicStudy.Plan;
import halfstep.lab.logic.LogicStudy.Variant;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.quant.QuantMethod.Rtn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A parser that counts braces stands in for Java's, which this module does not know. */
class LogicStudyTest {

  private static Verdict braces(String source) {
    int open = 0;
    for (char c : source.toCharArray()) {
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open < 0) {
        return Verdict.INVALID;
      }
    }
    return open == 0 ? Verdict.VALID : Verdict.UNFINISHED;
  }

  @Test
  void theFirstVerdictCounts() {
    Attempt done = new Judgement("f() {\n", LogicStudyTest::braces).attempt("  g();\n}\n}\nmore");
    assertEquals(Verdict.VALID, done.verdict());
    assertEquals("f() {\n  g();\n}\n", done.source());
    assertEquals(
        Verdict.INVALID,
        new Judgement("f() {\n", LogicStudyTest::braces).attempt("}}\n").verdict());
    Attempt open = new Judgement("f() {\n", LogicStudyTest::braces).attempt("  g() {\n  }");
    assertEquals(Verdict.UNFINISHED, open.verdict());
    assertEquals("f() {\n  g() {\n  }", open.source());
  }

  @Test
  void blankLinesDecideNothing() {
    List<String> asked = new ArrayList<>();
    JavaParser parser =
        source -> {
          asked.add(source);
          return braces(source);
        };
    new Judgement("f() {\n", parser).attempt("\n\n}\n");
    assertEquals(List.of("f() {\n\n\n}\n"), asked);
  }

  @Test
  void nothingIsReadTwiceNorBehindTheVerdict() {
    List<String> asked = new ArrayList<>();
    Judgement judgement =
        new Judgement(
            "f() {\n",
            source -> {
              asked.add(source);
              return braces(source);
            });
    assertFalse(judgement.falls("  g"));
    assertFalse(judgement.falls("  g();\n"));
    assertFalse(judgement.falls("  g();\n  h"));
    assertTrue(judgement.falls("  g();\n  h();\n}\n}\n"));
    assertTrue(judgement.falls("  g();\n  h();\n}\n}\n}\n"));
    assertEquals(
        List.of("f() {\n  g();\n", "f() {\n  g();\n  h();\n", "f() {\n  g();\n  h();\n}\n"), asked);
    assertEquals(
        new Attempt(asked.getLast(), Verdict.VALID), judgement.attempt("  g();\n  h();\n}\n}\n}"));
  }

  @Test
  void aTextIsJudgedOnce() {
    List<String> asked = new ArrayList<>();
    JavaParser memory =
        new TurnsWithMemory(source -> {
          asked.add(source);
          return braces(source);
        });
    assertEquals(Verdict.VALID, memory.judge("{}"));
    assertEquals(Verdict.UNFINISHED, memory.judge("{"));
    assertEquals(Verdict.VALID, memory.judge("{}"));
    assertEquals(List.of("{}", "{"), asked);
  }

  /** What is written behind a verdict changes nothing, and its lack changes no other text. */
  @Test
  void stoppingAtTheVerdictSaysWhatReadingTheWholeSays() {
    Model model = Model.open(Path.of("..", "..", "notebooks", "models", "natural"));
    Plan plan = new Plan(6, 64, 0.7, 5);
    InStep stopping =
        new InStep(model, model.tokenizer(), plan, new TurnsWithMemory(LogicStudyTest::braces));
    InStep writingAll = new InStep(model, model.tokenizer(), plan, source -> Verdict.UNFINISHED);
    long decided = 0;
    for (String prompt : LogicStudy.PROMPTS.subList(0, 4)) {
      List<Attempt> expected =
          writingAll.write(prompt, plan.seed()).stream()
              .map(whole -> whole.source().substring(prompt.length()))
              .map(text -> new Judgement(prompt, LogicStudyTest::braces).attempt(text))
              .toList();
      assertEquals(expected, stopping.write(prompt, plan.seed()));
      decided += expected.stream().filter(a -> a.verdict() != Verdict.UNFINISHED).count();
    }
    assertTrue(0 < decided && decided < 24, decided + " of 24 stopped early");
  }

  @Test
  void everyPromptIsUnfinishedAndEndsWithALineBreak() {
    assertEquals(LogicStudy.PROMPTS.size(), LogicStudy.PROMPTS.stream().distinct().count());
    for (String prompt : LogicStudy.PROMPTS) {
      assertEquals(Verdict.UNFINISHED, braces(prompt), prompt);
      assertTrue(prompt.endsWith("\n"), prompt);
    }
  }

  @Test
  void formsDrawWithTheSameNumbersAndArePaired() {
    Model model = Model.open(Path.of("..", "..", "notebooks", "models", "natural"));
    Plan plan = new Plan(1, 16, 0.7, 1);
    List<Variant> variants = List.of(new Variant("rtn2", Form.of(new Rtn(), 2, 64), null));
    LogicStudy study = run(model, variants, plan);
    assertEquals(2, study.rows().size());
    LogicRow original = study.rows().getFirst();
    assertEquals(12, original.attempts().size());
    assertEquals(0, original.beside().meanDifference());
    long sum = 0;
    for (Verdict verdict : Verdict.values()) {
      sum += original.count(verdict);
    }
    assertEquals(12, sum);
    LogicRow two = study.rows().getLast();
    assertEquals(two.valid() - original.valid(), two.beside().meanDifference(), 1e-12);
    assertTrue(
        original.interval().low() <= original.valid()
            && original.valid() <= original.interval().high());
    assertEquals(study.rows(), run(model, variants, plan).rows());
  }

  private static LogicStudy run(Model model, List<Variant> variants, Plan plan) {
    return LogicStudy.run(
        model, model.tokenizer(), variants, plan, LogicStudyTest::braces, row -> {}, done -> {});
  }

  @Test
  void nothingToDrawIsRefused() {
    assertThrows(ModelException.class, () -> new Plan(0, 8, 1, 1));
    assertThrows(ModelException.class, () -> new Plan(1, 8, 0, 1));
  }
}
