package halfstep.magics.fuzz;

import halfstep.fuzz.FuzzTarget;
import halfstep.kernel.engine.CompileFailure;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.source.CellPart;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A cell that is being written: split with JShell's help, judged for completeness, and completed
 * and inspected at one of its places. Nothing of it runs.
 */
final class CellTarget implements FuzzTarget {

  @Override
  public String name() {
    return "cell-source";
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public Set<Class<? extends Exception>> refusals() {
    return Set.of(Refusal.class, CompileFailure.class);
  }

  /** Each question is a run of the compiler. */
  @Override
  public long baseBytes() {
    return 128L << 20;
  }

  @Override
  public List<byte[]> seeds() {
    RunningKernel.get(); // its start is nobody's input
    return Stream.of(
            "int x = 5;\nx + ",
            "List.of(1, 2).str",
            "%load demo\nvar w = %hqq start 0.q_proj;\nw.",
            "record P(int a, String b) {}\nnew P(1, \"\\u00e9\").b",
            "for (int i = 0; i < 3; i++) {\n  System.out.printl",
            "String s = \"\"\"\n  text \ud83d\ude42\n  \"\"\"; // end\n/* open",
            "Math.max?",
            "import java.util.",
            "switch (1) { case Integer i when i > 0 -> 1; default -> 0; }",
            "@Deprecated <T extends Comparable<T>> T f(T... a) { return a[0]; }",
            "10\n%7",
            "Mat")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public List<byte[]> words() {
    return Stream.of(
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "<",
            ">",
            "->",
            "::",
            ".",
            "..",
            "...",
            ";",
            "\"\"\"",
            "\"",
            "'",
            "\\",
            "\\u",
            "/*",
            "*/",
            "//",
            "///",
            "@",
            "@interface",
            "class",
            "record",
            "enum",
            "sealed",
            "yield",
            "var",
            "switch",
            "case",
            "import",
            "module",
            "package",
            "new",
            "this",
            "super",
            "%load",
            "%%bench",
            "?",
            "$1",
            "_",
            "0x",
            "1e",
            "0b2",
            "9223372036854775808L",
            "int x = %hqq start",
            "\n",
            "\u2028",
            "\ud83d\ude42")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public void take(byte[] input) {
    HalfstepKernel kernel = RunningKernel.get().kernel();
    String cell = MagicLinesTarget.text(input);
    for (CellPart part : kernel.evaluator().split(cell)) {
      if (part instanceof CellPart.Java java) {
        kernel.engine().completeness(java.source());
      }
    }
    int cursor = (Arrays.hashCode(input) & Integer.MAX_VALUE) % (cell.length() + 1);
    Completion completion = kernel.assist().complete(cell, cursor);
    kernel.assist().labels(cell, completion);
    kernel.assist().inspect(cell, cursor, cursor % 2);
    var _ = cell.codePointCount(0, completion.start()); // as the reply does
    var _ = cell.codePointCount(0, completion.end());
  }
}
