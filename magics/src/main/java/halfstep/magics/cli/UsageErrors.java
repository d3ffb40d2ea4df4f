package halfstep.magics.cli;

import halfstep.magics.command.Nearest;
import halfstep.magics.command.UsageException;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Wrong usage as one sentence: what came, and the nearest that exists. */
final class UsageErrors {

  private UsageErrors() {}

  /**
   * Reads words by rules of ours.
   *
   * @param words a {@link UsageException} of theirs becomes the command's
   */
  static <T> T of(CommandSpec spec, Supplier<T> words) {
    try {
      return words.get();
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  static String sentence(ParameterException refusal) {
    CommandSpec spec = refusal.getCommandLine().getCommandSpec();
    String name = spec.name();
    return switch (refusal) {
      case UnmatchedArgumentException stray ->
          unmatched(name, spec, stray.getUnmatched().getFirst());
      case MissingParameterException missing ->
          "%s needs %s; halfstep %s --help explains it"
              .formatted(
                  name,
                  missing.getMissing().stream()
                      .map(UsageErrors::label)
                      .collect(Collectors.joining(" and ")),
                  name);
      case OverwrittenOptionException twice ->
          "%s has %s twice; give it once".formatted(name, label(twice.getOverwritten()));
      default -> name + ": " + value(String.valueOf(refusal.getMessage()));
    };
  }

  private static String unmatched(String name, CommandSpec spec, String word) {
    if (!word.startsWith("-")) {
      return "%s does not know what to do with \"%s\"".formatted(name, word);
    }
    Collection<String> options = spec.optionsMap().keySet();
    String nearest =
        Nearest.to(word, options, 1).stream().findFirst().map("; nearest: "::concat).orElse("");
    return "%s has no option %s%s".formatted(name, word, nearest);
  }

  private static String label(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  /** "Invalid value for option '--bits' (<bits>): …" becomes "--bits: …". */
  private static String value(String message) {
    return message
        .replaceFirst("^Invalid value for option '([^']+)'(?: \\([^)]*\\))?: ", "$1: ")
        .replaceFirst("^Invalid value for positional parameter[^:]*: ", "");
  }
}
