package halfstep.magics.command;

import halfstep.backend.DeviceChoice;
import halfstep.kernel.spi.Completion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** All commands by name: one model parses their lines, explains them and completes them. */
public final class Commands {

  private static final Map<String, Supplier<Object>> MODELS = models();

  /** Commands whose cell form does something of its own; the others take a line per call. */
  private static final Map<String, Supplier<Object>> CELLS = Map.of("bench", BenchCellLine::new);

  static final int HELP_WIDTH = 96;
  static final int HELP_LINES = 40;

  private Commands() {}

  private static Map<String, Supplier<Object>> models() {
    Map<String, Supplier<Object>> models = new LinkedHashMap<>();
    models.put("load", SessionLines.Load::new);
    models.put("param", SessionLines.Param::new);
    models.put("show", ShowLines::new);
    models.put("hqq", HqqLines::new);
    models.put("awq", AwqLines::new);
    models.put("gptq", GptqLine::new);
    models.put("bench", BenchLine::new);
    models.put("eval", EvalLine::new);
    models.put("lab", LabLines::new);
    models.put("plant", PlantLine::new);
    models.put("generate", GenerateLine::new);
    models.put("export", ExportLine::new);
    models.put("gpu", RecordLines.Gpu::new);
    models.put("check", RecordLines.Check::new);
    models.put("report", RecordLines.Report::new);
    models.put("help", SessionLines.Help::new);
    return models;
  }

  /** All names, in the order in which the help lists them. */
  public static Set<String> names() {
    return MODELS.keySet();
  }

  /**
   * Understands a line.
   *
   * @param name of the command
   * @param words what follows it
   * @throws UsageException if the line is no command; the sentence names the nearest word
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Understood understand(String name, List<String> words) {
    CommandLine model = model(name);
    Optional<Request.Help> question = Question.of(name, model.getSubcommands().keySet(), words);
    if (question.isPresent()) {
      return new Understood(question.get(), Showing.USUAL, DeviceChoice.CPU);
    }
    CommandSpec spec = parsed(model, words);
    if (!(spec.userObject() instanceof Line line)) {
      throw new UsageException(
          "%s needs one of its commands: %s"
              .formatted(UsageSentence.name(spec), String.join(", ", spec.subcommands().keySet())));
    }
    return new Understood(line.request(), showing(spec), device(spec));
  }

  /** Whether a command's cell form does something of its own. */
  public static boolean ownsCells(String name) {
    return CELLS.containsKey(name);
  }

  /**
   * Understands a cell; as {@link #understand}.
   *
   * @param name of a command that {@link #ownsCells}
   * @param words what follows it on its line
   * @param body the lines below
   */
  public static Understood understandCell(String name, List<String> words, String body) {
    CommandSpec spec = parsed(cell(name), words);
    Request request = ((CellLine) spec.userObject()).request(body);
    return new Understood(request, showing(spec), device(spec));
  }

  /** The model that a line fills, of the deepest command it names. */
  private static CommandSpec parsed(CommandLine model, List<String> words) {
    try {
      ParseResult deepest = model.parseArgs(words.toArray(String[]::new));
      while (deepest.hasSubcommand()) {
        deepest = deepest.subcommand();
      }
      return deepest.commandSpec();
    } catch (ParameterException e) {
      UsageException refusal = new UsageException(UsageSentence.of(e));
      refusal.initCause(e);
      throw refusal;
    }
  }

  /** As {@link #understand}, for what to do alone. */
  static Request parse(String name, List<String> words) {
    return understand(name, words).request();
  }

  /** What the options that all commands share say. */
  private static Showing showing(CommandSpec spec) {
    return spec.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(ResultOptions.class::isInstance)
        .map(ResultOptions.class::cast)
        .map(ResultOptions::showing)
        .findFirst()
        .orElse(Showing.USUAL);
  }

  /** Where a command computes that lets one say it; the others on the processor. */
  private static DeviceChoice device(CommandSpec spec) {
    return spec.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(DeviceOption.class::isInstance)
        .map(DeviceOption.class::cast)
        .map(DeviceOption::choice)
        .findFirst()
        .orElse(DeviceChoice.CPU);
  }

  /**
   * The help of a command, of one of its commands, or of a topic: at most {@value #HELP_LINES}
   * lines.
   *
   * @param words {@code hqq}, {@code hqq start}, {@code methods}
   * @throws UsageException if there is none of that name
   */
  public static String help(String words) {
    return String.join("\n", page(words).lines(HELP_WIDTH));
  }

  private static CommandPage page(String words) {
    Optional<HelpTopic> topic = HelpTopic.of(words);
    return topic.map(CommandPage::of).orElseGet(() -> CommandPage.of(spec(words)));
  }

  /**
   * The model of a command, of one of its commands, or of a cell such as {@code %bench}.
   *
   * @throws UsageException if there is none of that name
   */
  static CommandSpec spec(String words) {
    if (words.startsWith("%")) {
      return cell(words.substring(1)).getCommandSpec();
    }
    String[] names = words.strip().split("\\s+", 2);
    CommandLine model = model(names[0]);
    if (names.length == 1) {
      return model.getCommandSpec();
    }
    Map<String, CommandLine> commands = model.getSubcommands();
    CommandLine found = commands.get(names[1]);
    if (found == null) {
      throw new UsageException(
          commands.isEmpty()
              ? "%%%s has no commands; %%help %s explains it".formatted(names[0], names[0])
              : "%%%s has no command %s; nearest: %s. It has: %s"
                  .formatted(
                      names[0],
                      names[1],
                      Nearest.to(names[1], commands.keySet(), 1).getFirst(),
                      String.join(", ", commands.keySet())));
    }
    return found.getCommandSpec();
  }

  /**
   * The class that holds a command's options.
   *
   * @throws UsageException if there is no such command
   */
  public static Class<?> optionsOf(String words) {
    return spec(words).userObject().getClass();
  }

  /** All commands with their own commands, and cells: what {@link #help} explains, in order. */
  static List<String> allWords() {
    List<String> all = new ArrayList<>();
    for (String name : names()) {
      all.add(name);
      spec(name).subcommands().keySet().forEach(word -> all.add(name + " " + word));
      if (ownsCells(name)) {
        all.add("%" + name);
      }
    }
    return all;
  }

  /** What one may ask help about: commands and topics. */
  public static List<String> helpWords() {
    return Stream.concat(names().stream(), HelpTopic.words().stream()).toList();
  }

  /** One sentence per command: name to description. */
  public static Map<String, String> overview() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String name : names()) {
      CommandSpec spec = model(name).getCommandSpec();
      lines.put("%" + name, String.join(" ", spec.usageMessage().description()).replace("$$", "$"));
      spec.subcommands()
          .forEach((word, sub) ->
              lines.put(
                  "%" + name + " " + word,
                  String.join(" ", sub.getCommandSpec().usageMessage().description())));
    }
    return lines;
  }

  /**
   * Completes the arguments of a command.
   *
   * @param arguments the text after its name
   * @param cursor offset into it
   * @param candidates words known only now
   */
  public static Completion complete(
      String name, String arguments, int cursor, Candidates candidates) {
    return new Completer(model(name).getCommandSpec(), candidates)
        .complete(arguments.substring(0, cursor));
  }

  private static CommandLine model(String name) {
    Supplier<Object> model =
        Optional.ofNullable(MODELS.get(name))
            .orElseThrow(() ->
                new UsageException(
                    "there is no %%%s; nearest: %%%s. %%help lists all."
                        .formatted(name, Nearest.to(name, names(), 1).getFirst())));
    return named("%" + name, model.get());
  }

  private static CommandLine cell(String name) {
    Supplier<Object> model = CELLS.get(name);
    return model == null ? model(name) : named("%%" + name, model.get());
  }

  private static CommandLine named(String name, Object model) {
    CommandLine line = new CommandLine(model);
    line.setCommandName(name);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // a word that begins with @ is that word, not a file of words
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }
}
