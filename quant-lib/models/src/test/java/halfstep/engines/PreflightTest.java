package halfstep.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each engine of the table: what it takes, and why it does not take the rest. */
class PreflightTest {

  private static final Shape SHAPE = new Shape(4096, 11008);

  private static Preflight check(
      String engine, String format, QuantSpec spec, Shape shape, int tp, boolean indexed) {
    PlannedLayer layer = new PlannedLayer("model.layers.0.mlp.down_proj", spec, shape, indexed);
    return Preflight.check(engine, format, tp, List.of(layer));
  }

  private static QuantSpec spec(String bits, int group, int axis, ZeroPoint zero) {
    int size = group < 0 ? QuantSpec.WHOLE : group;
    return new QuantSpec(Bits.of(bits), size, Axis.of(axis), zero);
  }

  @ParameterizedTest
  @CsvSource({
    "vllm,         awq,                4,    128, 1, INTEGER,   Marlin",
    "vllm,         gptq,               8,    -1,  1, SYMMETRIC, Marlin",
    "vllm,         compressed-tensors, 4,    64,  1, SYMMETRIC, Marlin",
    "vllm,         hqq,                4,    64,  1, FLOAT,     hqq Marlin",
    "vllm,         plain,              1.58, 8,   0, FLOAT,     plain",
    "transformers, awq,                4,    32,  1, INTEGER,   gptqmodel",
    "transformers, gptq_v2,            3,    32,  1, INTEGER,   gptqmodel",
    "transformers, compressed-tensors, 8,    128, 1, SYMMETRIC, compressed-tensors",
    "transformers, hqq,                1.58, 64,  0, FLOAT,     hqq",
    "exllamav2,    gptq,               4,    128, 1, INTEGER,   ExLlamaV2 in GPTQModel",
    "marlin,       gptq,               8,    128, 1, SYMMETRIC, Marlin in GPTQModel",
    "marlin,       awq,                4,    32,  1, INTEGER,   Marlin in GPTQModel",
    "bitblas,      gptq_v2,            2,    64,  1, INTEGER,   BitBLAS in GPTQModel",
    "bitblas,      hqq,                1,    256, 1, FLOAT,     BitBLAS in hqq",
    "llama.cpp,    gguf,               4,    64,  1, FLOAT,     ggml",
    "llama.cpp,    gguf,               8,    32,  1, SYMMETRIC, ggml",
    "hqq,          hqq,                3,    16,  0, FLOAT,     PyTorch",
  })
  void takes(
      String engine,
      String format,
      String bits,
      int group,
      int axis,
      ZeroPoint zero,
      String kernel) {
    Preflight result = check(engine, format, spec(bits, group, axis, zero), SHAPE, 1, false);
    assertTrue(result.passes(), result::toString);
    assertEquals(kernel, result.fitting().getFirst().kernel());
    assertTrue(result.toString().startsWith(engine + " will run it: " + kernel));
    assertTrue(result.toString().contains("read from "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vllm; awq; 4; 64; 1; FLOAT; it takes integer or symmetric zeros, not float; use --zero"
            + " integer",
        "vllm; gptq; 4; 64; 1; INTEGER; it takes symmetric zeros, not integer",
        "vllm; gptq; 3; 64; 1; SYMMETRIC; it takes 4, 8 bits, not 3; use --bits 4",
        "vllm; hqq; 4; 128; 1; FLOAT; it takes groups of 64, not 128; use --group 64",
        "vllm; hqq; 4; 64; 0; FLOAT; it takes groups along axis 1, not 0; use --axis 1",
        "vllm; gguf; 4; 64; 1; FLOAT; vllm does not read gguf; write --to awq, gptq,"
            + " compressed-tensors, hqq, plain",
        "transformers; compressed-tensors; 4; 64; 1; INTEGER; it takes symmetric zeros, not integer",
        "exllamav2; gptq; 8; 64; 1; INTEGER; it takes 4 bits, not 8; use --bits 4",
        "marlin; gptq; 4; 16; 1; SYMMETRIC; it takes groups of row, 32, 64, 128, not 16; use"
            + " --group 32",
        "bitblas; hqq; 3; 64; 1; FLOAT; it takes 1, 2, 4 bits, not 3",
        "llama.cpp; gguf; 8; 64; 1; FLOAT; it takes 1, 1.58, 2, 3, 4 bits, not 8; use --bits 4",
        "llama.cpp; gguf; 4; 16; 1; FLOAT; not 16; use --group 32",
        "hqq; awq; 4; 64; 1; INTEGER; hqq does not read awq; write --to hqq",
      })
  void saysWhyNotAndWhatWouldDo(
      String engine, String format, String bits, int group, int axis, ZeroPoint zero, String why) {
    Preflight result = check(engine, format, spec(bits, group, axis, zero), SHAPE, 1, false);
    assertFalse(result.passes());
    assertTrue(result.toString().startsWith(engine + " will not run it: "));
    assertTrue(result.toString().contains(why), result::toString);
  }

  /** o_proj and down_proj are cut along their inputs, so groups and tiles must fit each share. */
  @Test
  void tensorParallelism() {
    QuantSpec spec = spec("4", 128, 1, ZeroPoint.INTEGER);
    assertTrue(check("vllm", "awq", spec, SHAPE, 2, false).passes());
    String four = check("vllm", "awq", spec, SHAPE, 4, false).toString();
    assertTrue(four.contains("multiples of 128 inputs, but in of each of 4 devices = 2752"), four);
    assertTrue(four.contains("groups of 128 do not divide in of each of 4 devices"), four);
    assertTrue(four.contains("use --group 64"), four);
    String three = check("vllm", "awq", spec, SHAPE, 3, false).toString();
    assertTrue(three.contains("3 devices do not divide 11008 evenly"), three);
    assertThrows(IllegalArgumentException.class, () -> check("vllm", "awq", spec, SHAPE, 0, false));
  }

  @Test
  void actOrder() {
    QuantSpec spec = spec("4", 128, 1, ZeroPoint.SYMMETRIC);
    assertTrue(check("vllm", "gptq", spec, SHAPE, 1, true).passes());
    String bitblas = check("bitblas", "gptq", spec, SHAPE, 1, true).toString();
    assertTrue(bitblas.contains("it takes no act-order; solve with static groups"), bitblas);
  }

  @Test
  void tiles() {
    QuantSpec spec = spec("4", 32, 1, ZeroPoint.INTEGER);
    String odd = check("vllm", "awq", spec, new Shape(96, 160), 1, false).toString();
    assertTrue(odd.contains("multiples of 128 inputs, but in = 160; exclude the layer"), odd);
    assertTrue(odd.contains("multiples of 64 outputs, but out = 96"), odd);
  }

  @Test
  void anEngineThatIsNotThere() {
    QuantSpec spec = spec("4", 32, 1, ZeroPoint.INTEGER);
    String refusal =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> check("tgi", "awq", spec, SHAPE, 1, false))
                .getMessage());
    assertTrue(refusal.startsWith("there is no engine \"tgi\" in the table; choose one of vllm"));
  }
}
