package halfstep.magics.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What an option model says of a command, for a screen of help and for the page of documentation.
 *
 * @param name as it is typed: {@code %hqq start}
 * @param synopsis the line's form
 * @param description a sentence or two
 * @param entries places and options, or a group's commands, each with what it means
 * @param topics the options that many commands share, by topic
 * @param examples whole lines
 */
record CommandPage(
    String name,
    String synopsis,
    String description,
    Map<String, String> entries,
    Map<HelpTopic, List<String>> topics,
    List<String> examples) {

  /** Longer labels push their own text aside, not that of all others. */
  private static final int MOST_LABEL = 22;

  /** Reads a model. */
  static CommandPage of(CommandSpec spec) {
    Map<HelpTopic, List<String>> topics = topics(spec);
    return new CommandPage(
        spec.qualifiedName(" "),
        synopsis(spec),
        sentence(spec.usageMessage().description()),
        spec.subcommands().isEmpty() ? entries(spec, topics) : commands(spec),
        topics,
        Arrays.stream(spec.usageMessage().footer()).map(CommandPage::plain).toList());
  }

  /** A topic by itself. */
  static CommandPage of(HelpTopic topic) {
    Map<String, String> entries = new LinkedHashMap<>();
    topic.options().forEach(option -> entries.put(label(option), sentence(option.description())));
    return new CommandPage(topic.word(), "", topic.description(), entries, Map.of(), List.of());
  }

  private static String synopsis(CommandSpec spec) {
    String name = spec.qualifiedName(" ");
    if (!spec.subcommands().isEmpty()) {
      return name + " " + String.join("|", spec.subcommands().keySet());
    }
    String places =
        spec.positionalParameters().stream().map(CommandPage::place).collect(Collectors.joining());
    return name + places + (spec.options().isEmpty() ? "" : " [options]");
  }

  private static String place(PositionalParamSpec place) {
    String more = place.arity().max() > 1 ? "…" : "";
    return place.arity().min() == 0
        ? " [%s%s]".formatted(place.paramLabel(), more)
        : " %s%s".formatted(place.paramLabel(), more);
  }

  private static Map<String, String> commands(CommandSpec spec) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (Map.Entry<String, CommandLine> command : spec.subcommands().entrySet()) {
      CommandSpec own = command.getValue().getCommandSpec();
      entries.put(command.getKey(), sentence(own.usageMessage().description()));
    }
    return entries;
  }

  private static Map<String, String> entries(
      CommandSpec spec, Map<HelpTopic, List<String>> topics) {
    Set<String> elsewhere = new LinkedHashSet<>();
    topics.values().forEach(elsewhere::addAll);
    Map<String, String> entries = new LinkedHashMap<>();
    spec.positionalParameters()
        .forEach(place -> entries.put(place.paramLabel(), sentence(place.description())));
    spec.options().stream()
        .filter(option -> !elsewhere.contains(option.longestName()))
        .forEach(option -> entries.put(label(option), sentence(option.description())));
    return entries;
  }

  private static Map<HelpTopic, List<String>> topics(CommandSpec spec) {
    Map<HelpTopic, List<String>> topics = new LinkedHashMap<>();
    for (CommandSpec mixin : spec.mixins().values()) {
      HelpTopic.ofMixin(mixin.userObject())
          .ifPresent(topic ->
              topics.put(topic, topic.options().stream().map(OptionSpec::longestName).toList()));
    }
    return topics;
  }

  private static String label(ArgSpec arg) {
    OptionSpec option = (OptionSpec) arg;
    String names = String.join(", ", option.names());
    return option.arity().max() > 0 ? names + " " + option.paramLabel() : names;
  }

  private static String sentence(String[] description) {
    return plain(String.join(" ", description));
  }

  /** picocli writes a dollar twice where it is no variable of its own. */
  private static String plain(String text) {
    return text.replace("$$", "$");
  }

  /** The page in lines of at most so many characters. */
  List<String> lines(int width) {
    List<String> lines = new ArrayList<>();
    if (!synopsis.isEmpty()) {
      lines.addAll(wrapped("Usage: " + synopsis, width, "         "));
    }
    lines.addAll(wrapped(description, width, ""));
    lines.add("");
    Map<String, String> all = new LinkedHashMap<>(entries);
    topics.forEach((topic, names) -> all.put("%help " + topic.word(), String.join(" ", names)));
    int longest = all.keySet().stream().mapToInt(String::length).max().orElse(0);
    int column = 4 + Math.min(MOST_LABEL, longest);
    all.forEach((label, text) -> lines.addAll(entry(label, text, column, width)));
    if (!examples.isEmpty()) {
      lines.add("");
      lines.add(examples.size() == 1 ? "Example:" : "Examples:");
      examples.stream().flatMap(String::lines).forEach(line -> lines.add("  " + line));
    }
    return lines;
  }

  private static List<String> entry(String label, String text, int column, int width) {
    String indent = " ".repeat(column);
    String head = "  " + label;
    String gap = head.length() + 2 > column ? "  " : " ".repeat(column - head.length());
    return wrapped(head + gap + text, width, indent);
  }

  /** Breaks at blanks; the following lines are indented. The first line's own blanks stay. */
  static List<String> wrapped(String text, int width, String indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int end = rest.lastIndexOf(' ', width);
      if (end <= indent.length()) {
        break; // one word longer than the line
      }
      lines.add(rest.substring(0, end).stripTrailing());
      rest = indent + rest.substring(end + 1).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
