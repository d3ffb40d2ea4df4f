package halfstep.magics.command;

import halfstep.kernel.spi.Completion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completes a line from its option model: commands, options, and the values of either. */
final class Completer {

  private final CommandSpec root;
  private final Candidates candidates;

  Completer(CommandSpec root, Candidates candidates) {
    this.root = root;
    this.candidates = candidates;
  }

  /**
   * @param line the text up to the cursor
   */
  Completion complete(String line) {
    Words split = Words.upTo(line);
    List<String> before = split.words().subList(0, split.words().size() - 1);
    String word = split.words().getLast();
    int start = split.lastStart();
    CommandSpec spec = root;
    OptionSpec pending = null;
    List<String> used = new ArrayList<>();
    for (String earlier : before) {
      if (pending != null) {
        pending = null;
      } else if (spec.subcommands().containsKey(earlier)) {
        spec = spec.subcommands().get(earlier).getCommandSpec();
      } else {
        used.add(earlier);
        pending = awaitingValue(spec, earlier);
      }
    }
    int equals = word.indexOf('=');
    OptionSpec assigned = equals < 0 ? null : spec.optionsMap().get(word.substring(0, equals));
    if (assigned != null) {
      return values(assigned, word.substring(equals + 1), start + equals + 1, line.length());
    }
    if (pending != null) {
      return values(pending, word, start, line.length());
    }
    return matching(words(spec, word, used), word, start, line.length());
  }

  private static @Nullable OptionSpec awaitingValue(CommandSpec spec, String word) {
    OptionSpec option = spec.optionsMap().get(word);
    return option != null && option.arity().max() > 0 ? option : null;
  }

  private Stream<String> words(CommandSpec spec, String word, List<String> used) {
    Stream<String> options =
        spec.options().stream()
            .filter(option -> option.isMultiValue() || !used.contains(option.longestName()))
            .map(OptionSpec::longestName)
            .sorted();
    if (word.startsWith("-")) {
      return options;
    }
    Stream<String> places =
        spec.positionalParameters().stream().flatMap(place -> valueWords(place));
    Stream<String> first = Stream.concat(spec.subcommands().keySet().stream(), places);
    return word.isEmpty() ? Stream.concat(first, options) : first;
  }

  /** A list with commas is completed at its last element. */
  private Completion values(ArgSpec arg, String word, int start, int end) {
    int comma = arg.splitRegex().isEmpty() ? -1 : word.lastIndexOf(',');
    return matching(valueWords(arg), word.substring(comma + 1), start + comma + 1, end);
  }

  private Stream<String> valueWords(ArgSpec arg) {
    Stream<String> known = candidates.of(arg.paramLabel()).stream();
    return arg.completionCandidates() == null
        ? known
        : Stream.concat(
            StreamSupport.stream(arg.completionCandidates().spliterator(), false), known);
  }

  /** Candidates that begin with the word; if none does, those that contain it. */
  private static Completion matching(Stream<String> words, String word, int start, int end) {
    List<String> all = words.distinct().toList();
    List<String> fitting = all.stream().filter(w -> w.startsWith(word)).toList();
    if (fitting.isEmpty() && !word.startsWith("-")) {
      fitting = all.stream().filter(w -> w.contains(word)).toList();
    }
    return new Completion(start, end, fitting);
  }
}
