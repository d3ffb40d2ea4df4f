package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a shape to a checkpoint, to a quantized one that stopped on its way and went on. */
class SynthCommandTest extends OnTheTerminal {

  private static final String NATURAL = Path.of("..", "notebooks", "models", "natural").toString();

  @TempDir private Path folder = Path.of("");

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aSyntheticModelIsQuantizedAndExported() {
    assertEquals(
        0, run("synth", "--like", NATURAL, "--layers", "2", "--out", in("model"), "--json"));
    assertTrue(out.toString().contains("\"weights\":"), out::toString);
    assertEquals(
        0,
        run("quantize", in("model"), "--method", "hqq", "--format", "hqq", "--out", in("q")),
        err::toString);
    assertTrue(Files.exists(folder.resolve("q").resolve("model.safetensors")));
    assertEquals(2, folder.toFile().list().length, "nothing else is left");
  }

  @Test
  void resumeAndMaxMemory() {
    assertEquals(0, run("synth", "--like", NATURAL, "--layers", "1", "--out", in("model")));
    assertEquals(0, quantize("rtn", "q", "600MiB"), err::toString);
    assertEquals(0, quantize("rtn", "q", "600MiB"), "what is complete is complete");
    assertEquals(1, quantize("hqq", "q", "600MiB"));
    assertTrue(err.toString().contains("of another job: method was rtn and is hqq"), err::toString);
    assertEquals(1, quantize("hqq", "other", "100MiB"));
    assertTrue(err.toString().contains("but --max-memory gives 100 MiB"), err::toString);
    assertEquals(2, quantize("hqq", "other", "much"));
  }

  private int quantize(String method, String to, String most) {
    return run(
        "quantize",
        in("model"),
        "--method",
        method,
        "--out",
        in(to),
        "--max-memory",
        most,
        "--resume");
  }

  @Test
  void refusals() {
    assertEquals(2, run("synth", "--like", "llama-9", "--out", in("x")));
    assertTrue(
        err.toString().contains("is neither a folder with a config.json nor one of llama-7b"),
        err::toString);
    assertEquals(2, run("synth", "--like", NATURAL, "--layers", "0", "--out", in("x")));
    assertTrue(err.toString().contains("a model has at least one block"), err::toString);
  }
}
