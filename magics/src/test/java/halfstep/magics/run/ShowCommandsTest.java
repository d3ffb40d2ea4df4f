package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.export.Inspection;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.metric.WeightMoments;
import halfstep.pack.AwqGemmPacking;
import halfstep.pack.Packed;
import halfstep.pack.PackedWord;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code %show} on an embedded model. */
class ShowCommandsTest {

  private static final String DOWN = "model.layers.0.mlp.down_proj";

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  @Test
  void weightsAreShownOnTheirGrid() {
    Report<?> report = run("show weights 0.down_proj --bits 3 --show-group 7 --as q");
    QuantizedMatrix q = assertInstanceOf(QuantizedMatrix.class, report.value());
    assertEquals("halfstep.quant.QuantizedMatrix", host.types.get("q"));
    Matrix w = session.model().weight(DOWN);
    assertEquals(
        0, q.codes().countDifferent(RoundToNearest.quantize(w, QuantSpec.of(3, 64)).codes()));
    assertTrue(report.table().rowCount() <= 8, "a row per code that occurs");
    long weights = 0;
    for (int row = 0; row < report.table().rowCount(); row++) {
      weights += report.table().longColumn("weights").getLong(row);
    }
    assertEquals(64, weights);
    assertTrue(report.toString().contains("Group 7 of 768"), report.toString());
    assertTrue(report.toString().contains("No weight lies further than a step"));
    assertTrue(report.title().contains("3 bit g64 (3.71 bits/weight)"), report.title());
  }

  @Test
  void aVariablesWeightsAreShownToo() {
    host.variables.put("w", Matrix.of(1, 8, 0, 1, 2, 3, 4, 5, 6, 7));
    Report<?> report = run("show weights --weights w --group 8 --bits 3 --zero integer");
    assertEquals(8, report.table().rowCount());
    assertEquals(7.0, report.table().doubleColumn("stands for").get(7));
  }

  @Test
  void layersHaveMoments() {
    Report<?> report = run("show layer all --as moments");
    Map<?, ?> moments = assertInstanceOf(Map.class, report.value());
    assertEquals(session.model().layers().size(), moments.size());
    WeightMoments down = assertInstanceOf(WeightMoments.class, moments.get("0.down_proj"));
    assertEquals(WeightMoments.of(session.model().weight(DOWN)), down);
    assertEquals(
        "java.util.Map<java.lang.String, halfstep.metric.WeightMoments>",
        host.types.get("moments"));
    assertEquals("BF16", report.table().stringColumn("type").get(0));
  }

  @Test
  void packedWordsHoldTheCodesOfTheLayer() {
    Report<?> report = run("show packing awq 0.down_proj --word 5 --as words");
    List<?> words = assertInstanceOf(List.class, report.value());
    Matrix w = session.model().weight(DOWN);
    QuantSpec spec = QuantSpec.of(4, 64).with(ZeroPoint.INTEGER);
    Packed packed = new AwqGemmPacking().pack(RoundToNearest.quantize(w, spec).codes());
    PackedWord word = assertInstanceOf(PackedWord.class, words.getFirst());
    assertEquals(packed.word(5), word.value().orElseThrow());
    assertEquals(8, report.table().rowCount());
    assertEquals(word.value().orElseThrow() & 15, report.table().longColumn("value").getLong(0));
    assertEquals("0–3", report.table().stringColumn("bits").get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "hqq --bits 4, 1, 2",
    "hqq --bits 3, 1, 11",
    "awq, 1, 8",
    "gptq --bits 3, 3, 34",
    "gptq-v2 --bits 2, 1, 16",
    "compressed-tensors --bits 6, 3, 18",
    "q4_0, 18, 34",
    "q4_1, 20, 36",
    "q8_0, 34, 34",
  })
  void everyFormatHasALayout(String format, int words, int rows) {
    Report<?> report = run("show packing " + format);
    assertEquals(words, assertInstanceOf(List.class, report.value()).size());
    assertEquals(rows, report.table().rowCount(), report.toString());
    assertTrue(report.table().columnNames().stream().noneMatch("value"::equals));
  }

  @Test
  void aFileIsInspected() {
    Report<?> report = run("show file natural --as found");
    Inspection found = assertInstanceOf(Inspection.class, report.value());
    assertEquals(found.tensors().size(), report.table().rowCount());
    assertTrue(report.title().contains("natural: not quantized"), report.title());
    assertTrue(report.toString().contains("All values are finite."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "show weights | %show weights takes a LAYER of the loaded model or --weights VARIABLE, one of the two; for example %show weights 0.down_proj --bits 3",
        "show weights 0.down_proj --show-group 768 | there is no group 768; 0.down_proj has groups 0 to 767",
        "show packing awk | there is no packing \"awk\"; nearest: awq (of hqq, awq, gptq, gptq-v2, compressed-tensors, q4_0, q4_1, q8_0)",
        "show packing awq --bits 3 | AWQ's GEMM layout packs 4 bits, not 3; leave --bits out",
        "show packing gptq --bits 1.58 | 1.58 bits are not packed by themselves; hqq stores them as 2: --bits 2",
        "show packing awq --word 999999 | there is no word 999999; a matrix of 64 × 128 is packed into 1024 words, numbered from 0",
        "show layer 0.nothing | there is no layer \"0.nothing\"; nearest: 0.o_proj. The model has 35 layers such as 0.q_proj, 0.k_proj, 0.v_proj, 0.o_proj, …",
      })
  void refusesInOneSentence(String line, String sentence) {
    assertEquals(sentence, assertThrows(Refusal.class, () -> run(line)).getMessage());
  }
}
