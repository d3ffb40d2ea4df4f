package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

  private static final String NATURAL = "../notebooks/models/natural";

  @TempDir private Path folder;

  private record Outcome(int status, String out, String err) {}

  private static Outcome run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Outcome(status, out.toString(), err.toString());
  }

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  private Outcome quantize(String out, String... more) {
    String[] words = {"quantize", NATURAL, "--method", "rtn", "--group", "32", "--out", in(out)};
    String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return run(all);
  }

  @Test
  void quantizesAndExportsInOneGo() {
    assertEquals(0, quantize("awq", "--zero", "integer", "--format", "awq").status());
    assertTrue(Files.exists(folder.resolve("awq/quant_config.json")));
    Outcome inspected = run("export", in("awq"), "--inspect", "--json");
    assertTrue(inspected.out().contains("\"scheme\":\"awq gemm\""), inspected::toString);
    Outcome converted = run("export", in("awq"), "--to", "gguf", "--out", in("gguf"), "--json");
    assertEquals(0, converted.status(), converted::toString);
    assertTrue(converted.out().contains("\"from\":\"awq gemm\""));
    assertTrue(Files.exists(folder.resolve("gguf/model.gguf")));
  }

  @Test
  void evaluatesACheckpointBesideItsOriginal() throws Exception {
    assertEquals(0, quantize("hqq", "--format", "hqq").status());
    Path tokens = folder.resolve("tokens.json");
    StringBuilder ids = new StringBuilder("{\"stream\": [7");
    for (int i = 1; i < 128; i++) {
      ids.append(", ").append(i * i % 2000);
    }
    Files.writeString(tokens, ids.append("]}"));
    Outcome done =
        run(
            "eval",
            in("hqq"),
            "--against",
            NATURAL,
            "--tokens",
            tokens.toString(),
            "--ctx",
            "64",
            "--json");
    assertEquals(0, done.status(), done::toString);
    assertTrue(done.out().contains("\"kl\":0."), done::toString);
  }

  @Test
  void refusesBeforeTheWork() {
    Outcome floats = quantize("awq", "--format", "awq");
    assertEquals(1, floats.status());
    assertTrue(floats.err().contains("--zero integer"), floats::toString);
    Outcome engine = quantize("hqq", "--format", "hqq", "--for", "vllm");
    assertEquals(1, engine.status());
    assertTrue(engine.err().contains("it takes groups of 64, not 32; use --group 64"));
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void preflightOfTensorParallelism() {
    assertEquals(
        0, quantize("run", "--zero", "symmetric", "--format", "compressed-tensors").status());
    String[] check = {"export", in("run"), "--to", "compressed-tensors", "--for", "vllm"};
    Outcome one = run(check);
    assertEquals(0, one.status(), one::toString);
    assertTrue(one.out().startsWith("vllm will run it: Marlin"), one::toString);
    String[] eight = java.util.Arrays.copyOf(check, check.length + 2);
    eight[check.length] = "--tp";
    eight[check.length + 1] = "8";
    Outcome many = run(eight);
    assertEquals(1, many.status());
    assertTrue(many.err().contains("multiples of 64 outputs, but out of each of 8 devices = "));
  }

  @Test
  void tablesAndCode() {
    Outcome matrix = run("export", "--matrix");
    assertEquals(0, matrix.status());
    assertTrue(matrix.out().contains("HQQBackend.BITBLAS"));
    assertTrue(run("export", "--python", "--to", "gguf").out().contains("llama_cpp"));
  }

  @Test
  void wrongUsage() {
    Outcome nothing = run("export");
    assertEquals(2, nothing.status());
    assertEquals(
        "halfstep: export: export needs INPUT: a folder that quantize filled, or a checkpoint\n",
        nothing.err());
    Outcome format = run("export", "x", "--to", "exl2", "--out", "y");
    assertEquals(2, format.status());
    assertTrue(format.err().contains("there is no format \"exl2\""));
  }

  @Test
  void autoAwqsOwnWords() throws Exception {
    Path config = folder.resolve("quant.json");
    Files.writeString(
        config,
        "{\"zero_point\": true, \"q_group_size\": 64, \"w_bit\": 4, \"version\": \"GEMM\"}");
    Outcome done =
        run(
            "quantize",
            NATURAL,
            "--method",
            "rtn",
            "--config",
            config.toString(),
            "--format",
            "awq",
            "--out",
            in("out"));
    assertEquals(0, done.status(), done::toString);
    assertTrue(Files.readString(folder.resolve("out/config.json")).contains("\"group_size\" : 64"));
    Files.writeString(config, "{\"w_bit\": 4, \"bits\": 3}");
    Outcome strange =
        run(
            "quantize",
            NATURAL,
            "--method",
            "rtn",
            "--config",
            config.toString(),
            "--out",
            in("o"));
    assertTrue(strange.err().contains("key bits is none of AutoAWQ's"), strange::toString);
  }
}
