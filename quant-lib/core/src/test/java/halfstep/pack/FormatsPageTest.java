package halfstep.pack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.pack.GptqPacking.Version;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked examples of docs/formats.md are what the code gives. */
class FormatsPageTest {

  @Test
  void theExamplesAreTrue() throws IOException {
    Matrix eights = Matrix.of(8, 1, 8, 8, 8, 8, 8, 8, 8, 8);
    Matrix ramp = Matrix.zeros(1, 32);
    for (int i = 0; i < 32; i++) {
      ramp.put(i, (i - 16) * 0.25f);
    }
    List<String> examples =
        List.of(
            "hqq 4 bit: " + words(new HqqPacking(QuantSpec.of(4, 2)).pack(counting(2, 4, 16))),
            "hqq 3 bit: " + words(new HqqPacking(QuantSpec.of(3, 1)).pack(counting(1, 12, 8))),
            "awq gemm: " + words(new AwqGemmPacking().pack(counting(8, 2, 16))),
            "gptq 4 bit: " + words(new GptqPacking(4, Version.V2).pack(counting(2, 8, 16))),
            "gptq 3 bit: " + words(new GptqPacking(3, Version.V2).pack(counting(1, 32, 8))),
            "gptq 4 bit zeros: v1 %s, v2 %s"
                .formatted(
                    words(new GptqPacking(4, Version.V1).packZeros(eights)),
                    words(new GptqPacking(4, Version.V2).packZeros(eights))),
            "compressed-tensors 3 bit: "
                + words(new CompressedTensorsPacking(3).pack(counting(1, 12, 8))),
            "compressed-tensors 4 bit zeros: "
                + words(new CompressedTensorsPacking(4).packZeros(Matrix.of(3, 1, 8, 7, 9))),
            "Q4_0: " + words(GgufBlocks.Q4_0.quantize(ramp)),
            "Q4_1: " + words(GgufBlocks.Q4_1.quantize(ramp)),
            "Q8_0: " + words(GgufBlocks.Q8_0.quantize(ramp)));
    String page = Files.readString(Path.of("..", "..", "docs", "formats.md"));
    for (String example : examples) {
      assertTrue(page.contains("    " + example + "\n"), "docs/formats.md lacks: " + example);
    }
  }

  private static Codes counting(int rows, int cols, int levels) {
    Codes codes = Codes.zeros(new Shape(rows, cols));
    for (int i = 0; i < rows * cols; i++) {
      codes.put(i, i % levels);
    }
    return codes;
  }

  private static String words(Packed packed) {
    StringBuilder text = new StringBuilder();
    for (long i = 0; i < packed.shape().size(); i++) {
      String format = packed.wordBits() == 8 ? "%02x " : "%08x ";
      text.append(format.formatted(packed.word(i)));
    }
    return text.toString().strip();
  }
}
