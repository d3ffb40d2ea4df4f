package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.gptq.GptqStep;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Commands;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.magics.session.WordsOfSession;
import halfstep.metric.LayerError;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.tensor.InterruptedWork;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

/** {@code %gptq}, and {@code %bench} in pairs, on an embedded model. */
class MethodCommandsTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  @Test
  void gptqShowsTheLossOfEveryColumnBlock() {
    Report<?> report = run("gptq 0.down_proj --bits 3 --block 64 --tokens 512 --as steps");
    List<?> steps = assertInstanceOf(List.class, host.variables.get("steps"));
    assertEquals("java.util.List<halfstep.gptq.GptqStep>", host.types.get("steps"));
    assertEquals(384 / 64, steps.size());
    Table table = report.table();
    double sum = 0;
    for (int i = 0; i < steps.size(); i++) {
      GptqStep step = assertInstanceOf(GptqStep.class, steps.get(i));
      assertEquals(step.loss(), table.doubleColumn("loss").getDouble(i));
      assertEquals(step.codesMoved(), table.longColumn("codes moved").getLong(i));
      sum += step.loss();
    }
    assertEquals(sum, table.doubleColumn("loss so far").getDouble(5), 1e-9 * sum);
    assertEquals(1, host.charts());
    String text = report.toString();
    assertTrue(report.title().endsWith("(128 × 384), 3 bit g64 (3.30 bits/weight)"), text);
    assertTrue(text.contains("; damping 0.01."), text);
    assertTrue(outputErrors(text)[0] < outputErrors(text)[1], text);
  }

  /** GPTQ's and rounding's. */
  private static double[] outputErrors(String text) {
    String from = text.substring(text.indexOf("/ ‖xWᵀ‖ ") + "/ ‖xWᵀ‖ ".length());
    String[] words = from.split("[ ,;]+");
    return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[3])};
  }

  /** 64 tokens cannot span 384 channels. */
  @Test
  void aHessianWithoutInverseIsSaidAndDamped() {
    String text = run("gptq 0.down_proj --damping 0 --tokens 64 --ctx 64").toString();
    assertTrue(text.contains("the Hessian is not positive definite with damping 0.0"), text);
    assertTrue(text.contains("damping was raised to 0.01"), text);
  }

  @Test
  void anInterruptShowsTheBlocksThatAreSolved() {
    host.interruptAtUpdate = 3;
    assertThrows(
        InterruptedWork.class, () -> run("gptq 0.down_proj --block 32 --tokens 64 --ctx 64"));
    assertTrue(Thread.interrupted(), "the kernel still sees the interrupt");
    String text = String.valueOf(host.shown.getLast().data().get("text/plain"));
    assertTrue(text.endsWith("Interrupted: 2 column blocks are solved."), text);
  }

  @Test
  void gptqGroupsInputsOfARow() {
    assertTrue(
        Objects.requireNonNull(
                assertThrows(Refusal.class, () -> run("gptq 0.down_proj --axis 0")).getMessage())
            .contains("along axis 1, but the specification says INTEGER zeros along axis 0"));
  }

  @Test
  void benchPairsMethodsLayerByLayer() {
    Report<?> report =
        run("bench down_proj --methods rtn,hqq --beside rtn --bits 3 --tokens 128 --as errors");
    Table table = report.table();
    assertEquals(
        List.of("rtn integer zero", "hqq", "rtn float zero", "hqq"),
        table.stringColumn("method").asList());
    assertEquals(
        List.of("rtn float zero", "rtn float zero", "rtn integer zero", "rtn integer zero"),
        table.stringColumn("beside").asList());
    List<?> errors = assertInstanceOf(List.class, host.variables.get("errors"));
    assertEquals(3 * 5, errors.size());
    double difference = 0;
    for (int i = 0; i < errors.size(); i += 3) {
      difference += output(errors.get(i + 2)) - output(errors.get(i));
    }
    assertEquals(difference / 5, table.doubleColumn("mean difference").getDouble(1), 1e-12);
    assertTrue(table.doubleColumn("95 % from").getDouble(1) <= difference / 5);
    assertTrue(table.doubleColumn("to").getDouble(1) >= difference / 5);
    assertEquals(5, table.longColumn("layers").getLong(1));
  }

  private static double output(Object error) {
    return assertInstanceOf(LayerError.class, error).outputError().orElseThrow();
  }

  @Test
  void aMethodOfOnesOwnIsOfferedOnceItWasUsed() {
    GroupSolver mine = (group, spec) -> GroupSolution.rounded(group, 0.01f, 4, spec);
    host.variables.put("mine", mine);
    assertEquals(List.of(), completed("down_proj --methods mi"));
    run("bench 0.down_proj --methods rtn,mine --bits 3 --tokens 64");
    assertEquals(List.of("mine"), completed("down_proj --methods mi"));
    assertEquals(List.of("mine"), completed("down_proj --methods rtn,mine --beside mi"));
  }

  private List<String> completed(String arguments) {
    return Commands.complete("bench", arguments, arguments.length(), new WordsOfSession(session))
        .matches();
  }

  @Test
  void oneLayerIsNoPair() {
    assertEquals(
        "--beside pairs layers and needs at least 2, but 0.down_proj is 1; name more, for example"
            + " %bench down_proj",
        assertThrows(Refusal.class, () -> run("bench 0.down_proj --beside rtn")).getMessage());
  }

  @Test
  void oneScaleForTheWholeTensorCostsNothing() {
    Report<?> report = run("bench 0.down_proj --methods rtn,hqq,ls --bits 4 --group tensor");
    assertEquals(
        List.of("4 bit tensor", "4 bit tensor", "4 bit tensor", "4 bit tensor"),
        report.table().stringColumn("codes").asList());
    assertEquals(4.0, report.table().doubleColumn("bits/weight").max(), 0.01);
  }
}
