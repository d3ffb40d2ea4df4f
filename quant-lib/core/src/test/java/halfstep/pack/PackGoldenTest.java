package halfstep.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqSolver;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Packed words against those of hqq, AutoAWQ, GPTQModel and compressed-tensors, bit for bit. */
class PackGoldenTest {

  private static final Golden WORDS = Golden.open("pack/words");
  private static final Golden VARIANTS = Golden.open("hqq/variants");
  private static final Golden STATE = Golden.open("hqq/linear_state");
  private static final Pattern CASE = Pattern.compile("b(\\d)\\.g(\\d+|none)\\.a([01])");

  @Test
  void hqqSamplesIncludingThreeBitPadding() {
    double different = 0;
    int cases = 0;
    for (String key : new TreeSet<>(VARIANTS.keys())) {
      if (key.matches("pack\\d\\..*\\.in")) {
        Codes codes = GoldenCodes.codes(VARIANTS, key);
        int bits = key.charAt(4) - '0';
        // a group of one whole row: the grouped matrix is the matrix
        HqqPacking packing = new HqqPacking(QuantSpec.of(bits, QuantSpec.WHOLE));
        Packed packed = packing.pack(codes);
        different += GoldenCodes.wordsDiffering(VARIANTS, key.replace(".in", ".out"), packed);
        different += packing.unpack(packed, codes.shape()).countDifferent(codes);
        cases++;
      }
    }
    assertEquals(8, cases);
    FidelityTable.row("hqq/variants pack (8 cases)", "words differing", 0, different);
  }

  /** A whole layer: solve, pack, and compare with what HQQLinear would have saved. */
  @Test
  void hqqLayersAsTheLibrarySavesThem() {
    Set<String> cases =
        new TreeSet<>(
            STATE.keys().stream()
                .filter(key -> key.endsWith("/weight"))
                .map(key -> key.substring(0, key.indexOf('/')))
                .toList());
    double different = 0;
    double dequantized = 0;
    for (String name : cases) {
      QuantSpec spec = spec(name);
      Matrix w = STATE.matrix(name + "/weight");
      HqqSolver solver = new HqqSolver(w, spec, Hqq.DEFAULT);
      HqqPacking packing = new HqqPacking(spec);
      Packed packed = packing.pack(solver.quantized(solver.result()).codes());
      different += GoldenCodes.wordsDiffering(STATE, name + "/state/W_q", packed);
      dequantized += dequantizedDiffering(name, spec, packing.unpack(packed, w.shape()));
    }
    FidelityTable.row("hqq/linear_state (7 layers)", "W_q words differing", 0, different);
    FidelityTable.row("hqq/linear_state (7 layers)", "fp16 ŵ differing", 0, dequantized);
  }

  private static QuantSpec spec(String name) {
    Matcher key = CASE.matcher(name);
    assertTrue(key.matches(), name);
    int size = key.group(2).equals("none") ? QuantSpec.WHOLE : Integer.parseInt(key.group(2));
    Axis axis = Axis.of(Integer.parseInt(key.group(3)));
    return new QuantSpec(Bits.of(key.group(1)), size, axis, ZeroPoint.FLOAT);
  }

  /** ŵ = (q − z) · s in float16 arithmetic, from unpacked codes: shows that the order is right. */
  private static double dequantizedDiffering(String name, QuantSpec spec, Codes codes) {
    float[] scale = STATE.floats(name + "/state/scale");
    float[] zero = STATE.floats(name + "/state/zero");
    float[] expected = STATE.floats(name + "/dequant_fp16");
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      int group = (int) spec.grouping(codes.shape()).groupOf(i);
      float w = half(half(codes.at(i) - zero[group]) * scale[group]);
      different += w == expected[i] ? 0 : 1;
    }
    return different;
  }

  private static float half(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }

  @Test
  void awqWordsAndZeros() {
    AwqGemmPacking packing = new AwqGemmPacking();
    Codes codes = GoldenCodes.codes(WORDS, "awq.codes");
    Packed packed = packing.pack(codes);
    Matrix zeros = zeros("awq.zeros");
    Packed packedZeros = packing.packZeros(zeros);
    double different =
        GoldenCodes.wordsDiffering(WORDS, "awq.words", packed)
            + GoldenCodes.wordsDiffering(WORDS, "awq.zero_words", packedZeros)
            + packing.unpack(packed, codes.shape()).countDifferent(codes)
            + zerosDiffering(packing, packedZeros, zeros);
    FidelityTable.row("pack/words awq gemm", "words differing", 0, different);
  }

  /** Real files: unpacked and packed again they are the same words. */
  @Test
  void awqFilesSurviveARoundTrip() {
    Golden file = Golden.open("awq/llama_gqa.g32.duo");
    AwqGemmPacking packing = new AwqGemmPacking();
    double different = 0;
    for (String key : file.keys()) {
      if (key.endsWith(".qweight") || key.endsWith(".qzeros")) {
        long[] shape = file.shape(key);
        double[] words = file.doubles(key);
        Packed packed = Packed.zeros(new Shape(shape[0], shape[1]), 32, 0);
        int[] line = new int[words.length];
        for (int i = 0; i < line.length; i++) {
          line[i] = (int) words[i];
        }
        packed.write(0, line, 0, line.length);
        Codes codes = packing.unpack(packed, new Shape(shape[1] * 8, shape[0]));
        different += GoldenCodes.wordsDiffering(file, key, packing.pack(codes));
      }
    }
    FidelityTable.row("awq/llama_gqa.g32.duo", "words after a round trip", 0, different);
  }

  @Test
  void gptqWordsAndBothKindsOfZeros() {
    double different = 0;
    for (int bits : new int[] {2, 3, 4, 8}) {
      String key = "gptq.b" + bits + ".";
      Codes codes = GoldenCodes.codes(WORDS, key + "codes");
      Matrix zeros = zeros(key + "zeros");
      for (GptqPacking.Version version : GptqPacking.Version.values()) {
        String words = key + "zero_words_" + (version == GptqPacking.Version.V1 ? "v1" : "v2");
        if (WORDS.keys().contains(words)) {
          GptqPacking packing = new GptqPacking(bits, version);
          Packed packed = packing.pack(codes);
          Packed packedZeros = packing.packZeros(zeros);
          different += GoldenCodes.wordsDiffering(WORDS, key + "words", packed);
          different += GoldenCodes.wordsDiffering(WORDS, words, packedZeros);
          different += packing.unpack(packed, codes.shape()).countDifferent(codes);
          different += zerosDiffering(packing, packedZeros, zeros);
        }
      }
    }
    FidelityTable.row("pack/words gptq (7 cases)", "words differing", 0, different);
  }

  @Test
  void compressedTensorsWordsAndZeros() {
    double different = 0;
    List<String> keys =
        WORDS.keys().stream().filter(key -> key.matches("ct\\..*\\.codes")).toList();
    for (String codesKey : keys) {
      String key = codesKey.replace("codes", "");
      CompressedTensorsPacking packing = new CompressedTensorsPacking(key.charAt(4) - '0');
      Codes codes = GoldenCodes.codes(WORDS, codesKey);
      Matrix zeros = zeros(key + "zeros");
      Packed packed = packing.pack(codes);
      Packed packedZeros = packing.packZeros(zeros);
      different += GoldenCodes.wordsDiffering(WORDS, key + "words", packed);
      different += GoldenCodes.wordsDiffering(WORDS, key + "zero_words", packedZeros);
      different += packing.unpack(packed, codes.shape()).countDifferent(codes);
      different += zerosDiffering(packing, packedZeros, zeros);
    }
    assertEquals(24, keys.size());
    FidelityTable.row("pack/words ct (24 cases)", "words differing", 0, different);
  }

  private static Matrix zeros(String key) {
    return ZeroCodes.toMatrix(GoldenCodes.codes(WORDS, key));
  }

  private static int zerosDiffering(IntegerZeroPacking packing, Packed packed, Matrix zeros) {
    Matrix back = packing.unpackZeros(packed, zeros.shape());
    int different = 0;
    for (long i = 0; i < zeros.size(); i++) {
      different += back.at(i) == zeros.at(i) ? 0 : 1;
    }
    return different;
  }
}
