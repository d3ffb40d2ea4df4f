package halfstep.lab.choose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Windowing;
import halfstep.lab.Fixture;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.baseline.Ladder;
import halfstep.lab.baseline.LadderStudy;
import halfstep.lab.memory.ServingSettings;
import halfstep.llm.Model;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Three candidates with errors far apart: rounding in 2 and 8 bits, GPTQ in 8. */
class ChooserTest {

  private static final Model MODEL = Fixture.model();
  private static final Solver TWO = rounding(2);
  private static final Solver EIGHT = rounding(8);
  private static final Solver CALIBRATED = new Solver(Gptq.DEFAULT, EIGHT.spec());
  private static final Ladder LADDER =
      new LadderStudy(MODEL, List.of(TWO, EIGHT, CALIBRATED), Fixture.calibration())
          .run(Fixture.text(), Windowing.papers(Fixture.CTX), rung -> {}, LabProgress.NONE);

  private static Solver rounding(int bits) {
    return new Solver(new Rtn(), QuantSpec.of(bits, 32).with(ZeroPoint.INTEGER));
  }

  private static Decision decide(Optional<String> stack, boolean dataFree, long vram) {
    ServingSettings serving = new ServingSettings(Optional.empty(), 32, 1, 1, 16, 32, 0);
    return new Chooser(MODEL, new Situation(stack, dataFree, vram, serving)).decide(LADDER, 1);
  }

  @Test
  void privateDataLeaveTheCalibratedOut() {
    Decision decision = decide(Optional.empty(), true, 1L << 30);
    assertEquals(EIGHT, decision.chosen().orElseThrow().solver());
    assertEquals(List.of("gptq looks at text"), decision.candidates().get(2).against());
    assertTrue(
        decision.reasons().stream()
            .anyMatch(
                reason -> reason.startsWith("What keeping the data private costs: gptq 8 bit")),
        decision.reasons().toString());
  }

  @Test
  void aCardThatHoldsOnlyTwoBitsGetsThem() {
    Decision free = decide(Optional.empty(), true, 1L << 30);
    long two = free.candidates().get(0).plan().peak(true);
    assertTrue(two < free.candidates().get(1).plan().peak(true));
    Decision tight = decide(Optional.empty(), true, two);
    assertEquals(TWO, tight.chosen().orElseThrow().solver());
    assertEquals(1, tight.chosen().orElseThrow().sequences());
    Decision none = decide(Optional.empty(), true, 1000);
    assertTrue(none.chosen().isEmpty());
    assertEquals(3, none.reasons().size());
  }

  @Test
  void anEngineWithoutAKernelIsTold() {
    Decision decision = decide(Optional.of("vllm"), false, 1L << 30);
    assertTrue(decision.chosen().isEmpty(), "vLLM takes neither 2 bits nor 8 with integer zeros");
    assertTrue(
        decision.candidates().getFirst().against().getFirst().startsWith("vllm does not run it: "),
        decision.candidates().toString());
    assertEquals(
        List.of("4", "8"),
        new Situation(Optional.of("vllm"), false, 1, ServingSettings.of(Optional.empty(), 1))
            .widths());
  }
}
