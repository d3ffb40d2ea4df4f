package halfstep.magics.command;

import java.util.Collection;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** picocli's refusals as one sentence that names the command, the word and the way out. */
final class UsageSentence {

  private UsageSentence() {}

  static String of(ParameterException e) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String name = name(spec);
    return switch (e) {
      case UnmatchedArgumentException stray ->
          name + unmatched(spec, stray.getUnmatched().getFirst());
      case MissingParameterException missing ->
          "%s needs %s; %%help %s explains it"
              .formatted(
                  name,
                  missing.getMissing().stream()
                      .map(UsageSentence::label)
                      .collect(Collectors.joining(" and ")),
                  root(spec));
      case OverwrittenOptionException twice ->
          "%s has %s twice; give it once".formatted(name, label(twice.getOverwritten()));
      default -> name + ": " + value(e);
    };
  }

  /** The name as it is typed: {@code %hqq start}. */
  static String name(CommandSpec spec) {
    return spec.qualifiedName(" ");
  }

  private static String root(CommandSpec spec) {
    return spec.root().name().substring(1);
  }

  private static String unmatched(CommandSpec spec, String word) {
    if (word.startsWith("-")) {
      Collection<String> options = spec.optionsMap().keySet();
      return options.isEmpty()
          ? " takes no options, got %s".formatted(word)
          : " has no option %s; nearest: %s. It has: %s"
              .formatted(
                  word,
                  Nearest.to(word, options, 1).getFirst(),
                  String.join(", ", sorted(options)));
    }
    Collection<String> commands = spec.subcommands().keySet();
    return commands.isEmpty()
        ? " does not know what to do with \"%s\"; it takes %s"
            .formatted(word, spec.args().isEmpty() ? "nothing" : arguments(spec))
        : " has no command %s; nearest: %s. It has: %s"
            .formatted(word, Nearest.to(word, commands, 1).getFirst(), String.join(", ", commands));
  }

  private static Collection<String> sorted(Collection<String> words) {
    return words.stream().sorted().toList();
  }

  private static String arguments(CommandSpec spec) {
    return spec.args().stream()
        .map(UsageSentence::label)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String label(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return arg.paramLabel();
    }
    return option.arity().max() == 0
        ? option.longestName()
        : option.longestName() + " " + option.paramLabel();
  }

  /** "Invalid value for option '--bits': …" keeps only what was found and what is expected. */
  private static String value(ParameterException e) {
    String message = String.valueOf(e.getMessage());
    String shortened =
        message.replaceFirst(
            "^Invalid value for (?:option|positional parameter at index \\S+)"
                + " '?(--[a-z-]+)?[^:]*?'?(?: \\([^)]*\\))?: ",
            "$1: ");
    return shortened
        .replace("is not an int", "is no whole number")
        .replace("is not a float", "is no number");
  }
}
