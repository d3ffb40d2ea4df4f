package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.kernel.spi.Completion;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompleterTest {

  private static final Candidates KNOWN =
      kind ->
          switch (kind) {
            case "LAYER" -> List.of("0.q_proj", "0.down_proj");
            case "FILE" -> List.of("calibration.txt");
            default -> List.of();
          };

  private static Completion complete(String name, String arguments) {
    return Commands.complete(name, arguments, arguments.length(), KNOWN);
  }

  @Test
  void offersCommands() {
    assertEquals(new Completion(1, 3, List.of("start", "step")), complete("hqq", " st"));
  }

  @Test
  void offersOptionsNotYetGiven() {
    assertEquals(
        new Completion(13, 15, List.of("--csv", "--json", "--quiet", "--show-group", "--to")),
        complete("hqq", " step --as x --"));
  }

  @Test
  void offersValues() {
    assertEquals(
        new Completion(22, 23, List.of("restore-best")),
        complete("hqq", " start x --early-stop r"));
    assertEquals(new Completion(14, 15, List.of("1", "1.58")), complete("hqq", " start --bits=1"));
    assertEquals(new Completion(16, 16, List.of("1", "0")), complete("hqq", " start w --axis "));
  }

  @Test
  void completesTheLastOfAList() {
    assertEquals(new Completion(16, 17, List.of("hqq")), complete("bench", "x --methods rtn,h"));
  }

  @Test
  void offersFormsOfTheModel() {
    assertEquals(
        new Completion(18, 20, List.of("hqq4", "hqq3", "hqq2")),
        complete("generate", " Once --models fp,hq"));
    assertEquals(
        List.of("--temperature", "--tokens", "--top-k", "--top-p"),
        complete("generate", " Once --t").matches());
  }

  @Test
  void offersWhatTheSessionKnows() {
    assertEquals(List.of("0.q_proj", "0.down_proj"), complete("hqq", " start 0").matches());
    assertEquals(List.of("0.down_proj"), complete("hqq", " start down").matches());
    assertEquals(List.of("calibration.txt"), complete("awq", " search 0 --calib ").matches());
  }

  @Test
  void offersNothingWhereNothingFits() {
    assertEquals(List.of(), complete("hqq", " step --to ").matches());
  }
}
