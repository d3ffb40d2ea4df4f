package halfstep.magics.fuzz;

import halfstep.fuzz.FuzzTarget;
import halfstep.kernel.source.CellPart;
import halfstep.kernel.source.CellSplitter;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Candidates;
import halfstep.magics.command.CommandExamples;
import halfstep.magics.command.Commands;
import halfstep.magics.command.UsageException;
import halfstep.magics.command.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;

/**
 * A cell split into magics and Java, and every magic's line understood, completed and explained as
 * {@code CommandMagic} does, without running it. What is Java is told by its last character here;
 * {@link CellTarget} asks JShell.
 */
final class MagicLinesTarget implements FuzzTarget {

  private static final char HALF_A_PAIR = '\ud83d';

  private final CellSplitter splitter =
      new CellSplitter(
          text -> text.strip().endsWith(";") || text.strip().endsWith("}"),
          text -> false,
          Commands.names()::contains,
          new MagicParser("(?<=(?:^|=))\\s*%", "%%", new MagicTranspiler())::resolveMagics);

  @Override
  public String name() {
    return "magic-lines";
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public Set<Class<? extends Exception>> refusals() {
    return Set.of(UsageException.class, Refusal.class, IllegalArgumentException.class);
  }

  /** All examples of the help, and what belongs to cells. */
  @Override
  public List<byte[]> seeds() {
    Stream<String> cells =
        Stream.of(
            "int a = 5;\n%load demo\nvar b = %hqq start 0.q_proj --bits 3;\n10\n%7",
            "%%hqq start 0.down_proj\nstep --to 3\n// a remark\ntrace",
            "%%bench --seconds 0.1 --bytes 64KiB\nMath.sqrt(2)",
            "%hqq start \"0.down proj\" --group=row --beta 'auto' --as a\\ b",
            "%load \ud83d\ude42 --max-memory 4GiB ${name}",
            "%hqq start?",
            "%gptq??",
            "%hqq?",
            "String?",
            "%nothing here");
    return Stream.concat(
            CommandExamples.pages().stream().flatMap(page -> CommandExamples.of(page).stream()),
            cells)
        .map(MagicLinesTarget::bytes)
        .toList();
  }

  /** Everything that a command, option or value may be called. */
  @Override
  public List<byte[]> words() {
    Set<String> words = new LinkedHashSet<>();
    for (String page : CommandExamples.words()) {
      words.add("%" + page);
      words.addAll(Arrays.asList(page.split(" ")));
      words.addAll(CommandExamples.options(page));
    }
    words.addAll(
        List.of(
            "\"",
            "'",
            "\\",
            "\\\"",
            "=",
            "?",
            "??",
            "|",
            "!",
            "%",
            "%%",
            "@",
            "@/dev/zero",
            "--",
            "-",
            "-1",
            "0",
            "1e999",
            "NaN",
            "2147483648",
            "9223372036854775808",
            "0.5",
            "1,2",
            ",",
            "..",
            "a..b",
            "1-",
            "0x10",
            "\n%load ",
            "\n%%hqq ",
            "/*",
            "*/",
            "//",
            ";\n",
            "= %load ",
            "4GiB",
            "999999999TiB",
            "${sys:user.home}",
            "${x}",
            "%s",
            "%n",
            "row",
            "hqq3",
            "1:2",
            "awq+hqq",
            "\u0000",
            "\u2028",
            "\ud83d\ude42"));
    return words.stream().map(MagicLinesTarget::bytes).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Text as JSON can bring it: also half a surrogate pair. */
  static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8).replace('\ufffd', HALF_A_PAIR);
  }

  @Override
  public void take(byte[] input) {
    String cell = text(input);
    int cursor = Arrays.hashCode(input) & Integer.MAX_VALUE;
    List<RuntimeException> refused = new ArrayList<>();
    for (CellPart part : splitter.split(cell)) {
      try {
        understand(part, cursor);
      } catch (UsageException | Refusal e) {
        refused.add(e); // the other parts are tried too; this one ends the cell as the first would
      }
    }
    if (!refused.isEmpty()) {
      throw refused.getFirst();
    }
  }

  private static void understand(CellPart part, int cursor) {
    switch (part) {
      case CellPart.Line line -> {
        if (Commands.names().contains(line.name())) {
          complete(line.name(), line.arguments(), cursor);
          Commands.understand(line.name(), halfstep.kernel.source.Words.split(line.arguments()));
        }
      }
      case CellPart.Whole whole -> {
        if (Commands.names().contains(whole.name())) {
          complete(whole.name(), whole.arguments(), cursor);
          cell(whole);
        }
      }
      case CellPart.Help help -> Commands.help(help.name());
      case CellPart.Explain explain -> explain.detail();
      case CellPart.Java java -> java.firstLine();
    }
  }

  private static void complete(String name, String arguments, int cursor) {
    Commands.complete(name, arguments, cursor % (arguments.length() + 1), Candidates.NONE);
  }

  private static void cell(CellPart.Whole whole) {
    List<String> words = halfstep.kernel.source.Words.split(whole.arguments());
    if (Commands.ownsCells(whole.name())) {
      Commands.understandCell(whole.name(), words, whole.body());
      return;
    }
    Commands.understand(whole.name(), words);
    for (String line : whole.body().lines().toList()) {
      Commands.understand(whole.name(), Words.of(line));
    }
  }
}
