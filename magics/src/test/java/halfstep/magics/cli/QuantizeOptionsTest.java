package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of {@code halfstep quantize}, and what it refuses. */
class QuantizeOptionsTest extends QuantizeFixture {

  @Test
  void overridesGiveLayersTheirOwnGrid() throws IOException {
    int status =
        run(
            "--method",
            "awq",
            "--bits",
            "3",
            "--group",
            "64",
            "--include",
            "*.layers.0.*",
            "--override",
            "*.v_proj=bits:8",
            "--override",
            "*.mlp.*=bits:2,group:32");
    assertEquals(0, status, err.toString());
    JsonNode manifest = manifest();
    assertEquals("8", spec(manifest, "self_attn.v_proj").path("bits").asText());
    assertEquals("3", spec(manifest, "self_attn.q_proj").path("bits").asText());
    assertEquals("2", spec(manifest, "mlp.up_proj").path("bits").asText());
    assertEquals(32, spec(manifest, "mlp.up_proj").path("groupSize").asInt());
    assertEquals("*.v_proj=bits:8", manifest.path("overrides").get(0).asText());
    assertEquals(new Shape(128, 12), raw().info(DOWN + ".scales").matrixShape());
    err.getBuffer().setLength(0);
    assertEquals(1, run("--method", "rtn", "--override", "*.w_proj=bits:4"));
    assertEquals(
        "halfstep: no layer matches \"*.w_proj\" of the override *.w_proj=bits:4; the nearest is"
            + " model.layers.0.mlp.up_proj",
        err.toString().strip());
  }

  @Test
  void coresAreCountedFromOne() {
    assertEquals(2, run("--method", "rtn", "--threads", "0"));
    assertTrue(err.toString().contains("--threads 0 is no number of cores"), err::toString);
    assertEquals(0, run("--method", "rtn", "--threads", "1"), err::toString);
  }

  private static JsonNode spec(JsonNode manifest, String layer) {
    return layer(manifest, "model.layers.0." + layer).path("spec");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "4 | \"4\": there is no GLOB= before the settings",
        "x=bit:4 | \"x=bit:4\": \"bit:4\" is neither bits:N nor group:N",
        "x=bits:7 | \"x=bits:7\": 7 bits are not supported; choose one of 1, 1.58, 2, 3, 4, 5, 6, 8",
        "x=group:many | \"x=group:many\": \"many\" is no whole number; a group size is a whole number such as 64, or row or tensor",
      })
  void overridesAreRefusedInOneSentence(String text, String sentence) {
    assertEquals(2, run("--method", "rtn", "--override", text));
    assertEquals(
        "halfstep: quantize: --override: %s; for example '*.down_proj=bits:4,group:64'"
            .formatted(sentence),
        err.toString().strip());
  }

  @Test
  void hqqsVariantsAndOurOptionsReachTheSolver() throws IOException {
    int status =
        run(
            "--method",
            "hqq",
            "--include",
            DOWN,
            "--solver",
            "v2",
            "--beta",
            "auto",
            "--zero",
            "integer",
            "--per-group-stop",
            "--scale-search",
            "--as-hqq-cuda");
    assertEquals(0, status, err.toString());
    JsonNode parameters = manifest().path("parameters");
    assertEquals("auto", parameters.path("beta").asText());
    assertEquals("WHOLE", parameters.path("zeros").asText());
    assertEquals("EACH", parameters.path("groups").asText());
    assertEquals("SEARCHED", parameters.path("scales").asText());
    assertEquals("HALF", parameters.path("arithmetic").asText());
    assertEquals("RESTORE_BEST", parameters.path("earlyStop").asText());
    assertEquals("INTEGER", manifest().path("spec").path("zeroPoint").asText());
    Matrix zeros = raw().matrix(DOWN + ".zeros");
    for (long group = 0; group < zeros.size(); group++) {
      assertEquals(Math.rint(zeros.at(group)), zeros.at(group), "a code");
    }
  }

  @Test
  void asAutoAwqRoundsInHalfPrecision() throws IOException {
    assertEquals(
        0, run("--method", "awq", "--as-autoawq", "--include", "*.layers.0.*"), err.toString());
    Matrix scales = raw().matrix(DOWN + ".scales");
    for (long group = 0; group < scales.size(); group++) {
      float half = Float.float16ToFloat(Float.floatToFloat16(scales.at(group)));
      assertEquals(half, scales.at(group), "a float16 value");
    }
    assertTrue(manifest().path("parameters").path("asAutoAwq").asBoolean());
    assertTrue(
        manifest().path("remarks").toString().contains("down_proj: clip limits of"),
        manifest().path("remarks").toString());
  }

  @Test
  void symmetricGridsStoreNoZero() throws IOException {
    run("--method", "gptq", "--zero", "symmetric", "--group", "32", "--include", DOWN);
    assertEquals(4 + 16.0 / 32, manifest().path("effectiveBitsPerWeight").asDouble(), 1e-12);
    Matrix zeros = raw().matrix(DOWN + ".zeros");
    for (long group = 0; group < zeros.size(); group++) {
      assertEquals(8, zeros.at(group));
    }
  }

  /** One scale and one zero for all weights: nothing is left of their cost. */
  @Test
  void theWholeTensorMayShareOneScale() throws IOException {
    assertEquals(0, run("--method", "rtn", "--group", "tensor", "--include", DOWN), err.toString());
    assertEquals("tensor", manifest().path("spec").path("groupSize").asText());
    assertEquals(
        4 + 32.0 / (128 * 384), manifest().path("effectiveBitsPerWeight").asDouble(), 1e-12);
    assertEquals(1, raw().matrix(DOWN + ".scales").size());
    Matrix original = Model.open(NATURAL).weight(DOWN);
    assertTrue(relativeError(original, tensorWide()) < 0.5);
  }

  private Matrix tensorWide() {
    long[] codes = raw().integers(DOWN + ".codes");
    float scale = raw().matrix(DOWN + ".scales").at(0);
    float zero = raw().matrix(DOWN + ".zeros").at(0);
    Matrix result = Matrix.zeros(128, 384);
    for (int i = 0; i < codes.length; i++) {
      result.put(i, (codes[i] - zero) * scale);
    }
    return result;
  }

  @Test
  void refusesWhatAMethodCannotDo() {
    assertEquals(2, run("--method", "hq"));
    assertEquals(
        "halfstep: quantize: --method: method \"hq\" does not exist; nearest: hqq (of rtn, hqq, ls,"
            + " wls, awq, gptq, awq+rtn, awq+hqq, awq+ls)",
        err.toString().strip());
    err.getBuffer().setLength(0);
    assertEquals(2, run("--method", "ls", "--zero", "integer"));
    assertEquals(
        "halfstep: quantize: --zero integer does not go with ls, which finds float zeros; leave it"
            + " out",
        err.toString().strip());
  }
}
