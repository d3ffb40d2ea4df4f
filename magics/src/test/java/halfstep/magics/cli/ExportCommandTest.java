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

  private Path config(String json) throws java.io.IOException {
    return Files.writeString(folder.resolve("quant.json"), json);
  }

  private Outcome configured(Path config, String out, String... more) {
    String[] words = {
      "quantize", NATURAL, "--method", "rtn", "--config", config.toString(), "--out", in(out)
    };
    String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return run(all);
  }

  private String written(String file) throws java.io.IOException {
    return Files.readString(folder.resolve(file));
  }

  @Test
  void autoAwqsOwnWords() throws Exception {
    Path config =
        config(
            """
            {"zero_point": true, "q_group_size": 64, "w_bit": 4, "version": "GEMM",
             "modules_to_not_convert": ["down_proj"]}
            """);
    Outcome done = configured(config, "out", "--format", "awq");
    assertEquals(0, done.status(), done::toString);
    assertTrue(written("out/config.json").contains("\"group_size\" : 64"));
    assertTrue(
        written("out/config.json").contains("\"mlp.down_proj\""), written("out/config.json"));
    Outcome inspected = run("inspect", in("out"));
    assertTrue(inspected.out().contains("30 quantized layers"), inspected::toString);
    Outcome strange = configured(config("{\"w_bit\": 4, \"bits\": 3}"), "o");
    assertTrue(strange.err().contains("key bits is none of AutoAWQ's"), strange::toString);
    Outcome gemv = configured(config("{\"w_bit\": 4, \"version\": \"GEMV\"}"), "o");
    assertTrue(gemv.err().contains("version GEMV is not written; GEMM is"), gemv::toString);
  }

  @Test
  void hqqsOwnWords() throws Exception {
    String inner = "{\"nbits\": 3, \"group_size\": 64, \"axis\": 0, \"view_as_float\": false}";
    Outcome wrapped = configured(config("{\"weight_quant_params\": %s}".formatted(inner)), "a");
    assertEquals(0, wrapped.status(), wrapped::toString);
    assertTrue(written("a/manifest.json").contains("\"axis\" : 0"));
    // what is left out is hqq's own default: 4 bits, groups of 64, axis 1
    Outcome bare = configured(config("{\"nbits\": 2}"), "b", "--format", "hqq");
    assertEquals(0, bare.status(), bare::toString);
    assertTrue(written("b/config.json").contains("\"nbits\" : 2"));
    assertTrue(written("b/config.json").contains("\"axis\" : 1"));
    Outcome quantized = configured(config("{\"nbits\": 4, \"quant_zero\": true}"), "c");
    assertEquals(1, quantized.status());
    assertTrue(quantized.err().contains("quant_zero true is not supported"), quantized::toString);
    Outcome axis = configured(config("{\"nbits\": 4, \"axis\": 2}"), "c");
    assertTrue(axis.err().contains("axis 2 is neither 0 nor 1"), axis::toString);
    Outcome neither = configured(config("{\"load_in_4bit\": true}"), "c");
    assertTrue(neither.err().contains("neither AutoAWQ's keys"), neither::toString);
  }
}
