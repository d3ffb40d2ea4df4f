package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory in a terminal: {@code lab-report} and {@code plan}. */
class LabReportCommandTest extends OnTheTerminal {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Every experiment that tells more than times, made small; {@code MODEL EXPERIMENT …}. */
  private static final List<String> SMALL =
      List.of(
          "natural sensitivity --tokens 64 --ctx 32",
          "natural allocate --bits 2,3 --group 64 --tokens 64 --ctx 32 --measure 64",
          "salient shift --shares 0,1 --tokens 64 --measure 64 --ctx 32 --methods gptq",
          "natural baseline --methods rtn,hqq,awq --bits 3 --tokens 64 --ctx 32 --grid 3",
          "natural choose --stack vllm --methods rtn,hqq --bits 3,4 --tokens 64 --ctx 32",
          "natural plan --vram 8GiB",
          "experts experts --tokens 256 --ctx 64 --sizes 64 --mixed 3:3",
          "natural draft --drafts rtn2 --texts 2 --length 24 --samples 100 --seconds 0.001",
          "natural lora --bases hqq --steps 3 --length 32 --batch 2 --rank 2",
          "natural logic --forms rtn3 --draws 2 --length 24");

  @TempDir private Path folder = Path.of("");

  private int run(String line) {
    return run(line.split(" "));
  }

  @Test
  void anExperimentIsATableWithSentencesOrOneObject() throws IOException {
    String line = "natural choose --methods rtn,hqq --bits 3,4 --tokens 64 --ctx 32";
    assertEquals(0, run("lab-report " + line), err.toString());
    assertTrue(out.toString().contains("Chart: "), out.toString());
    assertTrue(out.toString().contains("For natural take "), out.toString());
    assertTrue(out.toString().contains("It takes 0.7"), "the memory in numbers: " + out);
    assertEquals("", err.toString());
    assertEquals(0, run("lab-report --json " + line), err.toString());
    assertEquals(1, out.toString().strip().lines().count(), "one object and nothing else");
    JsonNode object = JSON.readTree(out.toString());
    assertEquals(4 + 2, object.path("rows").size(), "rounding with either kind of zero");
    assertTrue(object.path("notes").size() > 2, object.toString());
  }

  @Test
  void aPageHoldsTheFigures() throws IOException {
    Path page = folder.resolve("page.html");
    assertEquals(0, run("lab-report --html %s natural plan".formatted(page)), err.toString());
    String html = Files.readString(page);
    assertTrue(html.contains("<svg "), "the figure");
    assertTrue(html.contains("lab plan"), "the line");
  }

  @Test
  void whatIsWrongIsOneSentence() {
    assertEquals(2, run("lab-report"));
    assertEquals(
        "halfstep: lab-report: MODEL is missing, or --again with a manifest",
        err.toString().strip());
    assertEquals(2, run("lab-report natural sensitivty"));
    assertTrue(err.toString().contains("sensitivity"), "the nearest: " + err);
    assertEquals(2, run("lab-report natural sensitivity --tokens 1"));
    assertEquals(1, run("lab-report nowhere sensitivity"));
    assertEquals(1, err.toString().strip().lines().count(), err.toString());
    assertEquals(0, run("lab-report natural"));
    assertTrue(out.toString().contains("sensitivity"), "which experiments there are");
  }

  @Test
  void plansKnowShapesAndEmbeddedModels() throws IOException {
    assertEquals(0, run("plan llama-30b --vram 24GiB --ctx 2048"), err.toString());
    assertTrue(out.toString().contains("21.60"), "4 bits at the peak: " + out);
    assertTrue(out.toString().contains("\"llama-30b on 24 GB takes 3 bits\" does not hold"));
    assertEquals(0, run("plan natural --json"), err.toString());
    JsonNode plan = JSON.readTree(out.toString());
    assertTrue(plan.path("title").asText().contains("context 512"), "the model's own: " + plan);
    assertEquals(5, plan.path("rows").size());
    assertEquals(1, run("plan natural --ctx 2048"));
    assertTrue(err.toString().contains("longer than the model's 512"), err.toString());
    assertEquals(2, run("plan natural --bits 7"));
    assertEquals(1, run("plan lama-30b"));
    assertTrue(err.toString().contains("nearest: llama-30b"), err.toString());
  }

  @Test
  void aDevicesMemoryIsABudgetOfBytes() throws IOException {
    String line = " natural allocate --bits 2,3 --group 64 --tokens 64 --ctx 32 --measure 64";
    assertEquals(0, run("lab-report" + line + " --vram 772MiB --context 64"), err.toString());
    assertTrue(out.toString().contains("are left to the layers"), out.toString());
    assertTrue(out.toString().contains("best within "), out.toString());
    assertEquals(1, run("lab-report" + line + " --vram 768MiB"));
    assertTrue(err.toString().contains("more than the 768.0 MiB of --vram"), err.toString());
  }

  @Test
  void anInterruptIsStatus130() {
    Thread.currentThread().interrupt();
    assertEquals(130, run("lab-report natural sensitivity --tokens 64 --ctx 32"));
    assertTrue(Thread.interrupted());
    assertTrue(err.toString().contains("was interrupted"), err.toString());
  }

  /** Java alone on a machine with one processor repeats what this one found with all of its own. */
  @Test
  void aManifestIsRepeatedBitForBitOnOneProcessor() throws Exception {
    List<String> manifests = new ArrayList<>();
    for (String line : SMALL) {
      Path file = folder.resolve("manifest%d.json".formatted(manifests.size()));
      assertEquals(0, run("lab-report --manifest %s %s".formatted(file, line)), err.toString());
      manifests.add(file.toString());
    }
    List<String> command = java("-XX:ActiveProcessorCount=1");
    command.add(Again.class.getName());
    command.addAll(manifests);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** Repeats manifests. */
  static final class Again {
    private Again() {}

    public static void main(String[] manifests) {
      PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
      int worst = 0;
      for (String file : manifests) {
        PrintWriter none = new PrintWriter(java.io.Writer.nullWriter());
        worst = Math.max(worst, Main.run(none, err, "lab-report", "--again", file));
      }
      System.exit(worst);
    }
  }

  @Test
  void whatDiffersFromTheManifestIsNamed() throws IOException {
    Path file = folder.resolve("manifest.json");
    assertEquals(0, run("lab-report --manifest %s natural plan".formatted(file)));
    JsonNode manifest = JSON.readTree(file.toFile());
    assertEquals("natural", manifest.path("model").asText());
    assertEquals("plan", manifest.path("line").path(0).asText());
    assertEquals(64, manifest.path("files").path(0).path("sha256").asText().length());
    assertEquals(0, run("lab-report --again " + file), err.toString());
    Files.writeString(file, Files.readString(file).replaceFirst("\"16 bit\"", "\"17 bit\""));
    assertEquals(1, run("lab-report --again " + file));
    assertTrue(err.toString().contains("\"17 bit\", now \"16 bit\""), err.toString());
    assertEquals(2, run("lab-report --again %s natural".formatted(file)));
    Files.writeString(file, "{}");
    assertEquals(1, run("lab-report --again " + file));
    assertTrue(err.toString().contains("is no manifest of the laboratory"), err.toString());
  }

  private static List<String> java(String option) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(option);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.awt.headless=true");
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }
}
