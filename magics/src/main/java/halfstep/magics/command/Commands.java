package halfstep.magics.command;

import halfstep.kernel.spi.Completion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** All commands by name: one model parses their lines, explains them and completes them. */
public final class Commands {

  private static final Map<String, Supplier<Object>> MODELS = models();
  private static final int HELP_WIDTH = 96;

  private Commands() {}

  private static Map<String, Supplier<Object>> models() {
    Map<String, Supplier<Object>> models = new LinkedHashMap<>();
    models.put("load", SessionLines.Load::new);
    models.put("param", SessionLines.Param::new);
    models.put("hqq", HqqLines::new);
    models.put("awq", AwqLines::new);
    models.put("gptq", GptqLine::new);
    models.put("bench", BenchLine::new);
    models.put("eval", EvalLine::new);
    models.put("plant", PlantLine::new);
    models.put("generate", GenerateLine::new);
    models.put("export", ExportLine::new);
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
  public static Request parse(String name, List<String> words) {
    CommandLine model = model(name);
    try {
      ParseResult deepest = model.parseArgs(words.toArray(String[]::new));
      while (deepest.hasSubcommand()) {
        deepest = deepest.subcommand();
      }
      CommandSpec spec = deepest.commandSpec();
      if (!(spec.userObject() instanceof Line line)) {
        throw new UsageException(
            "%s needs one of its commands: %s"
                .formatted(
                    UsageSentence.name(spec), String.join(", ", spec.subcommands().keySet())));
      }
      return line.request();
    } catch (ParameterException e) {
      UsageException refusal = new UsageException(UsageSentence.of(e));
      refusal.initCause(e);
      throw refusal;
    }
  }

  /**
   * The full help of a command.
   *
   * @throws UsageException if there is none of that name
   */
  public static String help(String name) {
    CommandLine model = model(name);
    StringBuilder text = new StringBuilder(usage(model));
    for (CommandLine subcommand : model.getSubcommands().values()) {
      text.append('\n').append(usage(subcommand));
    }
    return text.toString().stripTrailing();
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

  private static String usage(CommandLine model) {
    return model.setUsageHelpWidth(HELP_WIDTH).getUsageMessage(Ansi.OFF);
  }

  private static CommandLine model(String name) {
    Supplier<Object> model =
        Optional.ofNullable(MODELS.get(name))
            .orElseThrow(() ->
                new UsageException(
                    "there is no %%%s; nearest: %%%s. %%help lists all."
                        .formatted(name, Nearest.to(name, names(), 1).getFirst())));
    CommandLine line = new CommandLine(model.get());
    line.setCommandName("%" + name);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }
}
