package halfstep.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.cuda.device.PtxFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Assembles the PTX that is shipped for three generations of GPUs, without any of them, and keeps
 * the table of registers in docs/gpu.md; {@code -Dgpu.table=write} writes it anew.
 */
class PtxGateTest {

  private static final List<String> TARGETS = List.of("sm_75", "sm_80", "sm_90");
  private static final Path PAGE = Path.of("..", "..", "docs", "gpu.md");
  private static final String BEGIN = "<!-- registers: PtxGateTest -->\n";
  private static final String END = "<!-- end of registers -->\n";

  private static final Pattern TARGET =
      Pattern.compile("\n\\.version 8\\.0\n\\.target (sm_\\d+)\n");
  private static final Pattern ENTRY = Pattern.compile("Compiling entry function '(\\w+)'");
  private static final Pattern SPILLS =
      Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
  private static final Pattern USED = Pattern.compile("Used (\\d+) registers");

  private record Use(int registers, int stack, int spilled) {}

  @BeforeEach
  void requireNatives() {
    assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElseThrow());
  }

  @Test
  void assemblesEverywhereWithoutSpills() throws IOException {
    Map<String, List<Use>> uses = new TreeMap<>();
    for (String family : PtxFiles.FAMILIES) {
      List<String> targets = targets(family);
      for (String target : targets) {
        assembled(family, target)
            .forEach((name, use) -> uses.computeIfAbsent(name, _ -> new ArrayList<>()).add(use));
      }
      assertTrue(targets.contains("sm_90"), family);
    }
    List<String> spilling = new ArrayList<>();
    uses.forEach((name, targets) -> {
      if (targets.stream().anyMatch(use -> use.spilled() > 0)) {
        spilling.add(name + " " + targets);
      }
    });
    assertEquals(List.of(), spilling);
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if ("write".equals(System.getProperty("gpu.table"))) {
      Files.writeString(PAGE, page.substring(0, begin) + table(uses) + page.substring(end));
    } else {
      assertEquals(table(uses), page.substring(begin, end), "docs/gpu.md is behind the kernels");
    }
  }

  /** The generations that a family's PTX is for. */
  private static List<String> targets(String family) {
    Matcher target = TARGET.matcher(new String(PtxFiles.read(family), StandardCharsets.UTF_8));
    assertTrue(target.find(), family);
    return TARGETS.subList(TARGETS.indexOf(target.group(1)), TARGETS.size());
  }

  private static String registers(List<Use> uses) {
    List<String> words = new ArrayList<>(Collections.nCopies(TARGETS.size() - uses.size(), "–"));
    uses.forEach(use -> words.add("" + use.registers()));
    return String.join(" / ", words);
  }

  private static String table(Map<String, List<Use>> uses) {
    StringBuilder table =
        new StringBuilder(
            "| kernel | registers on %s | stack |\n|---|---|---|\n"
                .formatted(String.join(" / ", TARGETS)));
    uses.forEach((name, targets) ->
        table.append(
            "| `%s` | %s | %s |\n"
                .formatted(
                    name,
                    registers(targets),
                    targets.getFirst().stack() == 0 ? "" : targets.getFirst().stack() + " B")));
    return table.toString();
  }

  /** PTX of a newer instruction set would need a newer driver than the probe asks for. */
  @Test
  void isOfTheInstructionSetThatTheProbeAsksFor() {
    for (String family : PtxFiles.FAMILIES) {
      String text = new String(PtxFiles.read(family), StandardCharsets.UTF_8);
      assertTrue(TARGET.matcher(text).find(), family);
      assertTrue(text.endsWith("\0"), family);
    }
  }

  private static Map<String, Use> assembled(String family, String target) {
    byte[] ptx = PtxFiles.read(family);
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    Natives.load(() -> JNvPTXCompiler.nvPTXCompilerCreate(compiler, ptx.length - 1, ptx));
    try {
      String[] options = {"--gpu-name=" + target, "--verbose"};
      int result = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
      assertEquals(
          nvPTXCompileResult.NVPTXCOMPILE_SUCCESS, result, () -> family + ": " + errors(compiler));
      long[] size = {0};
      JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
      byte[] log = new byte[(int) size[0] + 1];
      JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, log);
      return uses(new String(log, StandardCharsets.UTF_8));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }

  private static String errors(nvPTXCompilerHandle compiler) {
    long[] size = {0};
    JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
    byte[] log = new byte[(int) size[0] + 1];
    JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
    return new String(log, StandardCharsets.UTF_8);
  }

  private static Map<String, Use> uses(String log) {
    Map<String, Use> uses = new TreeMap<>();
    String name = "";
    int stack = 0;
    int spilled = 0;
    for (String line : log.lines().toList()) {
      Matcher entry = ENTRY.matcher(line);
      Matcher spills = SPILLS.matcher(line);
      Matcher used = USED.matcher(line);
      if (entry.find()) {
        name = entry.group(1);
      } else if (spills.find()) {
        stack = Integer.parseInt(spills.group(1));
        spilled = Integer.parseInt(spills.group(2)) + Integer.parseInt(spills.group(3));
      } else if (used.find()) {
        uses.put(name, new Use(Integer.parseInt(used.group(1)), stack, spilled));
      }
    }
    return uses;
  }
}
