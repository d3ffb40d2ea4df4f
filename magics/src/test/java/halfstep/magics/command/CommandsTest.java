package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceChoice;
import halfstep.quant.Axis;
import halfstep.quant.BetaRule;
import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.Gptq;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.quant.GroupStop;
import halfstep.quant.HqqArithmetic;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.ScaleStart;
import halfstep.quant.ZeroPoint;
import halfstep.quant.ZeroRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

  private static Request parse(String line) {
    List<String> words = Words.of(line);
    return Commands.parse(words.getFirst(), words.subList(1, words.size()));
  }

  @Test
  void startHasTheLibrarysDefaults() {
    assertEquals(
        new HqqRequest.Start(
            Optional.of("0.down_proj"),
            Optional.empty(),
            QuantSpec.of(4, 64),
            Hqq.DEFAULT,
            OptionalInt.empty(),
            Optional.empty()),
        parse("hqq start 0.down_proj"));
  }

  @Test
  void startTakesEveryOption() {
    assertEquals(
        new HqqRequest.Start(
            Optional.empty(),
            Optional.of("w"),
            new QuantSpec(Bits.TERNARY, QuantSpec.WHOLE, Axis.OUT, ZeroPoint.FLOAT),
            new Hqq(1f, 50f, 1.5f, 7, EarlyStop.RESTORE_BEST),
            OptionalInt.of(3),
            Optional.of("s")),
        parse(
            "hqq start --weights w --bits 1.58 --group=row --axis 0 --lp-norm 1 --beta 50 --kappa 1.5"
                + " --iterations 7 --early-stop restore-best --show-group 3 --as s"));
  }

  @Test
  void startTakesOurOwnOptionsToo() {
    HqqOptions own =
        new HqqOptions(
            new BetaRule.PerStep(0.3f),
            ZeroRule.WHOLE,
            GroupStop.EACH,
            ScaleStart.SEARCHED,
            HqqArithmetic.HALF);
    HqqRequest.Start start =
        assertInstanceOf(
            HqqRequest.Start.class,
            parse(
                "hqq start w --solver v2 --beta auto:0.3 --zero integer --per-group-stop"
                    + " --scale-search --as-hqq-cuda"));
    assertEquals(Hqq.V2.with(own), start.config());
    assertEquals(QuantSpec.of(4, 64).with(ZeroPoint.INTEGER), start.spec());
  }

  @Test
  void settingsMakeMethodsOfWords() {
    BenchRequest.Layers bench =
        assertInstanceOf(
            BenchRequest.Layers.class,
            parse(
                "bench all --methods hqq,wls,gptq,awq+ls,mine --beta auto --rounds 5 --grid 10"
                    + " --as-autoawq --act-order --static-groups --mse --damping 0.1 --block 64"));
    MethodSettings settings = bench.grid().settings();
    GroupSolver solver = (group, spec) -> GroupSolution.rounded(group, 1, 0, spec);
    List<QuantMethod> methods =
        bench.grid().methods().stream()
            .map(word -> settings.method(word, name -> Optional.of(solver)))
            .toList();
    Hqq auto = Hqq.DEFAULT.with(HqqOptions.LIBRARY.with(BetaRule.PerStep.DEFAULT));
    assertEquals(
        List.of(
            auto,
            new WeightedLeastSquares(5),
            new Gptq(64, 0.1, true, true, false, true),
            new AwqThen(new Awq(10, true, false, true), new LeastSquares(5)),
            new Custom("mine", solver)),
        methods);
    QuantSpec floats = QuantSpec.of(4, 64);
    assertEquals(
        List.of("FLOAT", "FLOAT", "INTEGER", "FLOAT", "FLOAT"),
        methods.stream().map(m -> settings.spec(m, floats).zeroPoint().name()).toList());
    QuantMethod rounded = settings.method(MethodWord.of("awq+rtn"), name -> Optional.empty());
    assertEquals(ZeroPoint.INTEGER, settings.spec(rounded, floats).zeroPoint());
    assertThrows(
        UsageException.class,
        () -> settings.method(MethodWord.of("awq+mine"), name -> Optional.empty()));
  }

  @Test
  void symmetricZerosMakeGptqSymmetric() {
    BenchRequest.Layers bench =
        assertInstanceOf(BenchRequest.Layers.class, parse("bench all --zero symmetric"));
    MethodSettings settings = bench.grid().settings();
    QuantMethod gptq = settings.method(MethodWord.of("gptq"), name -> Optional.empty());
    assertEquals(Gptq.DEFAULT.withSymmetric(true), gptq);
    assertEquals(ZeroPoint.SYMMETRIC, settings.spec(gptq, QuantSpec.of(4, 64)).zeroPoint());
  }

  @Test
  void stepsAreAbsolute() {
    assertEquals(
        new HqqRequest.Step(OptionalInt.of(5), OptionalInt.empty(), Optional.empty()),
        parse("hqq step --to 5"));
    assertEquals(
        new HqqRequest.Back(OptionalInt.empty(), OptionalInt.empty(), Optional.empty()),
        parse("hqq back"));
  }

  @Test
  void branchChangesOnlyWhatTheLineNames() {
    HqqRequest.Branch branch =
        assertInstanceOf(HqqRequest.Branch.class, parse("hqq branch --beta 1000"));
    Hqq before = new Hqq(0.5f, 10f, 1.01f, 9, EarlyStop.OFF);
    assertEquals(new Hqq(0.5f, 1000f, 1.01f, 9, EarlyStop.OFF), branch.changes().applyTo(before));
  }

  @Test
  void searchRoundsOnIntegerZeros() {
    assertEquals(
        new AwqRequest.Search(
            "1",
            QuantSpec.of(3, 128).with(ZeroPoint.INTEGER),
            new Awq(20, false),
            new Request.Calibration(List.of("a.txt", "b.txt"), 100, 256),
            OptionalInt.of(1000),
            Optional.of("g")),
        parse(
            "awq search 1 --bits 3 --group 128 --x-only --calib a.txt --calib b.txt --tokens 100 --bootstrap 1000"
                + " --as g"));
  }

  @Test
  void gptqTakesItsParameters() {
    assertEquals(
        new Request.GptqWalk(
            "0.down_proj",
            QuantSpec.of(3, QuantSpec.TENSOR).with(ZeroPoint.INTEGER),
            new Gptq(64, 0.05, true, true, true, true),
            new Request.Calibration(List.of(), 2048, 256),
            Optional.of("steps")),
        parse(
            "gptq 0.down_proj --bits 3 --group tensor --block 64 --damping 0.05 --act-order"
                + " --static-groups --symmetric --mse --as steps"));
  }

  @Test
  void benchTakesLists() {
    Request.Calibration calibration = new Request.Calibration(List.of(), 2048, 256);
    assertEquals(
        new BenchRequest.Layers(
            "down_proj",
            new Request.Grid(
                List.of(MethodWord.of("rtn"), MethodWord.of("AWQ")),
                MethodSettings.DEFAULT,
                List.of(Bits.TWO, Bits.FOUR),
                List.of(32, 64)),
            Optional.of(MethodWord.of("rtn")),
            calibration,
            Optional.empty()),
        parse("bench down_proj --methods rtn,awq --bits 2,4 --group 32,64 --beside rtn"));
    assertEquals(
        new BenchRequest.Model(
            new Request.Grid(
                List.of(MethodWord.of("rtn"), MethodWord.of("hqq"), MethodWord.of("awq")),
                MethodSettings.DEFAULT,
                List.of(Bits.TWO, Bits.THREE, Bits.FOUR),
                List.of(64)),
            calibration,
            Optional.of("t.txt"),
            Optional.empty()),
        parse("bench model --text t.txt"));
  }

  @Test
  void paramsMayHoldBlanks() {
    assertEquals(new Request.Param("TEXT", "a b = c"), parse("param TEXT = a b = c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "hqq strt | %hqq has no command strt; nearest: start. It has: start, step, back, branch, run, trace, compare, sweep",
        "hqq | %hqq needs one of its commands: start, step, back, branch, run, trace, compare, sweep",
        "hqq step --too 4 | %hqq step has no option --too; nearest: --to. It has: --as, --csv, --json, --quiet, --show-group, --to",
        "hqq step 4 | %hqq step does not know what to do with \"4\"; it takes --as NAME, --csv FILE, --json, --quiet, --show-group N, --to N",
        "hqq step --to x | %hqq step: --to: 'x' is no whole number",
        "hqq start w --bits 7 | %hqq start: --bits: 7 bits are not supported; choose one of 1, 1.58, 2, 3, 4, 5, 6, 8",
        "hqq start w --group many | %hqq start: --group: \"many\" is no whole number; a group size is a whole number such as 64, or row or tensor",
        "hqq start w --group 0 | %hqq start: --group: a group of 0 weights is empty; use a whole number such as 64, or row or tensor",
        "hqq start w --axis 2 | %hqq start: --axis: axis 2 does not exist; 1 groups inputs of a row, 0 groups down the matrix",
        "hqq start w --early-stop best | %hqq start: --early-stop: \"best\" is no stopping rule; nearest: restore-best (of keep-last, restore-best, off)",
        "hqq start w --bits | %hqq start needs --bits BITS; %help hqq explains it",
        "hqq start | %hqq start takes a LAYER of the loaded model or --weights VARIABLE, one of the two; for example %hqq start 0.down_proj --bits 4 --group 64",
        "hqq start w --as 2x | --as 2x: \"2x\" is no name for a Java variable; use letters and digits, for example --as steps",
        "load | %load needs MODEL; %help load explains it",
        "awq search | %awq search needs BLOCK; %help awq explains it",
        "awq search 0 --tokens 1 | --tokens 1 is too short a text; use at least 2, for example 2048",
        "bench all --ctx 1 | --ctx 1 leaves nothing to predict; use at least 2, for example 256",
        "bench all --methods awq-hqq | %bench: --methods: method \"awq-hqq\" does not exist; nearest: awq+hqq (of rtn, hqq, ls, wls, awq, gptq, awq+rtn, awq+hqq, awq+ls)",
        "bench all --beside ls | --beside ls is none of the methods; add it: --methods rtn,hqq,awq,ls",
        "bench model --beside rtn | --beside pairs layers, and %bench model measures whole models, with standard errors; leave it out, or bench layers",
        "gptq | %gptq needs LAYER; %help gptq explains it",
        "hqq start w --beta much | %hqq start: --beta: \"much\" is no beta; a number such as 10, auto, or auto:0.25",
        "hqq start w --solver v3 | %hqq start: --solver: \"v3\" is no variant of hqq's solver; nearest: v2 (of legacy, head, v2, slow)",
        "hqq start w --zero integr | %hqq start: --zero: \"integr\" is no kind of zero; nearest: integer (of float, integer, symmetric)",
        "hqq branch --zero integer | %hqq branch keeps the walk's kind of zero; %hqq start LAYER --zero integer begins with another",
        "param MODEL | %param takes NAME=value with a Java identifier as NAME, for example %param MODEL=natural; got \"MODEL\"",
        "hqqq start | there is no %hqqq; nearest: %hqq. %help lists all.",
      })
  void refusesInOneSentence(String line, String sentence) {
    UsageException refusal = assertThrows(UsageException.class, () -> parse(line));
    assertEquals(sentence, refusal.getMessage());
  }

  @Test
  void theLibrarysOwnLimitsAreKept() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> parse("hqq start w --lp-norm 2"));
    assertEquals("lpNorm 2.0 is outside (0, 1]", refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"load", "param", "hqq", "awq", "gptq", "bench", "generate", "help"})
  void helpNamesTheCommandAndItsOptions(String name) {
    String help = Commands.help(name);
    assertTrue(help.startsWith("Usage: %" + name), help);
    assertFalse(help.contains("\u001b"), "no colours in the notebook");
    assertTrue(Commands.overview().containsKey("%" + name));
  }

  @Test
  void helpOfHqqExplainsItsCommands() {
    String help = Commands.help("hqq");
    for (String word : List.of("start", "branch", "Begin a new walk")) {
      assertTrue(help.contains(word), word);
    }
    String start = Commands.help("hqq start");
    for (String word : List.of("%hqq start [LAYER]", "--early-stop", "keep-last")) {
      assertTrue(start.contains(word), start);
    }
  }

  /** picocli would read words from the file. */
  @Test
  void aWordThatBeginsWithAtIsNoFile() {
    assertEquals(
        new HqqRequest.Start(
            Optional.of("@/dev/zero"),
            Optional.empty(),
            QuantSpec.of(4, 64),
            Hqq.DEFAULT,
            OptionalInt.empty(),
            Optional.empty()),
        parse("hqq start @/dev/zero"));
  }

  private static DeviceChoice device(String line) {
    List<String> words = Words.of(line);
    return Commands.understand(words.getFirst(), words.subList(1, words.size())).device();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hqq compare 0.down_proj",
        "hqq sweep 0.down_proj",
        "awq salience 0",
        "awq protect 0.down_proj",
        "awq compare 0.down_proj --with java.txt",
        "awq search 0",
        "awq clip 0.down_proj",
        "gptq 0.down_proj",
        "bench model",
        "eval",
        "generate Once",
        "lab sensitivity",
        "lab allocate",
        "lab shift",
        "lab baseline",
        "lab choose",
        "lab experts",
        "lab lora"
      })
  void whatComputesWholeMatricesDoesSoWhereTheLineSays(String line) {
    assertEquals(new DeviceChoice("cuda", 1), device(line + " --device cuda:1"));
    assertEquals(DeviceChoice.CPU, device(line));
  }

  /** Their steps are values that are looked at, or their times are the processor's. */
  @ParameterizedTest
  @ValueSource(
      strings = {"hqq start 0.down_proj", "hqq trace 0.down_proj", "lab fused", "lab plan"})
  void whatTheProcessorDoesHasNoDevice(String line) {
    UsageException refusal =
        assertThrows(UsageException.class, () -> device(line + " --device cuda"));
    assertTrue(String.valueOf(refusal.getMessage()).contains("--device"), refusal::getMessage);
  }
}
