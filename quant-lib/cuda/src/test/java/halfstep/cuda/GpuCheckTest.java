package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The check for machines with a GPU is ready: it runs to its end, and tells what it should. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuCheckTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder = Path.of("");

  private int run(String... arguments) throws IOException {
    return GpuCheck.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  @Test
  void everythingAgreesAndEveryRateIsWritten() throws IOException {
    Path file = folder.resolve("row.jsonl");
    assertEquals(0, run("--small", "--json", file.toString()), out + "" + err);
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("stand-in on the processor, sm_75"), said);
    assertFalse(said.contains("DIFFERS"), said);
    assertTrue(said.contains("agrees   hqq 3 bit g64, sigma 0.5: 0.00, at most 0.00"), said);
    assertTrue(said.contains("agrees   ls 4 bit g37 of 9 × 111 in bf16: 0.00, at most"), said);
    assertTrue(said.contains("agrees   awq's clip limits 4 bit g32 of 13 × 128: 0.00"), said);
    assertTrue(said.contains("agrees   layout gguf Q4_0: 0.00, at most 0.00"), said);
    assertTrue(said.contains("agrees   gptq 3 bit g64 Gptq[blockSize=128"), said);
    String row = Files.readString(file);
    assertEquals(1, row.lines().count());
    assertTrue(row.startsWith("{\"bench\": \"gpu\", \"date\": \""), row);
    for (String name :
        new String[] {
          "copy",
          "hqq 4 bit g64, float32",
          "product 3 bit, batch 16",
          "hqq 4 bit g64 + pack",
          "decode's products 3 bit, batch 16",
          "forward pass of a block, 40 tokens",
          "product through the link",
          "awq's clip limits",
          "clip search through the link",
          "gptq's Hessian through the link",
          "gptq's factor",
          "gptq 4 bit through the link",
          "gptq a block's codes",
          "gptq a block's rest",
          "kl of two models' logits",
          "pack hqq 3 bit",
          "unpack gptq v2 3 bit",
          "pack awq gemm",
          "unpack compressed-tensors 4 bit",
          "pack gguf Q4_1",
          "hqq 4 bit g64 through the link",
          "hqq 4 bit g64 of bf16 through the link"
        }) {
      assertTrue(row.contains("{\"name\": \"" + name + "\", \"shape\": "), row);
    }
  }

  @Test
  void withoutAGpuItSaysWhyInOneSentence() throws IOException {
    StandIn.devices(0);
    assertEquals(1, run("--small"));
    assertEquals(
        "gpu-check: no GPU computes here: there is an NVIDIA driver, but it finds no GPU; nvidia-smi may tell more.\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void refusesUnknownOptions() throws IOException {
    assertEquals(2, run("--fast"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("there is no option --fast"));
  }
}
