package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.llm.TokenWindows;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Shape;
import halfstep.text.Tokenizer;
import halfstep.text.TokenizerException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  @TempDir private Path folder;

  private Path tokens(String... names) {
    Path file = folder.resolve("tokens.safetensors");
    List<TensorInfo> infos =
        Arrays.stream(names)
            .map(name -> TensorInfo.matrix(name, DType.I64, new Shape(2, 3)))
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, infos, Map.of())) {
      for (String name : names) {
        writer.write(name, MemorySegment.ofArray(new long[] {1, 2, 3, 4, 5, 6}));
      }
      writer.finish();
    }
    return file;
  }

  @Test
  void tokensFromAFile() {
    Calibration calibration = Calibration.ofTokens(tokens("ids"), 128);
    assertEquals(2, calibration.windows().count());
    assertArrayEquals(new int[] {4, 5, 6}, calibration.windows().window(1));
    assertEquals(1, Calibration.ofTokens(tokens("a", "calib_ids"), 1).windows().count());
  }

  @Test
  void theSumTellsTokensApart() {
    String one = Calibration.of(TokenWindows.of(1, 2, 3)).sha256();
    assertEquals(one, Calibration.of(TokenWindows.of(1, 2, 3)).sha256());
    assertNotEquals(one, Calibration.of(TokenWindows.of(1, 2, 4)).sha256());
  }

  private static Tokenizer tokenizer() {
    return Tokenizer.open(
        Path.of(
            Objects.requireNonNullElse(
                System.getProperty("halfstep.models"), "../../notebooks/models"),
            "natural"));
  }

  private CalibrationSource text(String name, String content) throws IOException {
    return new CalibrationSource(Files.writeString(folder.resolve(name), content), 1);
  }

  private Calibration mix(List<CalibrationSource> sources, int samples) {
    return Calibration.mix(sources, CalibrationTest::tokenizer, samples, 8);
  }

  @Test
  void longSamplesAreSplitAndNotDropped() throws IOException {
    String words = "The quick brown fox jumps over the lazy dog. ".repeat(20);
    CalibrationSource source =
        text("a.jsonl", "{\"text\": \"%s\"}\n{\"text\": \"short\"}".formatted(words));
    int tokens = tokenizer().encode(words).length + tokenizer().encode("short").length;
    Calibration all = mix(List.of(source), 128);
    Calibration.Part part = all.parts().getFirst();
    assertEquals(tokens / 8, all.windows().count());
    assertEquals(2, part.documents());
    assertEquals(tokens, part.used() + part.dropped());
    assertEquals(all.windows().tokens(), part.used());
    assertTrue(part.dropped() < 8, "only the tail: " + part);
    assertEquals(
        "%d windows of the 128 wanted of a.jsonl (%d tokens used, %d dropped)"
            .formatted(part.windows(), part.used(), part.dropped()),
        part.label());
    assertArrayEquals(
        Arrays.copyOf(tokenizer().encode(words), 8), mix(List.of(source), 3).windows().window(0));
    assertEquals(64, part.sha256().length());
  }

  @Test
  void textsAreMixedByWeight() throws IOException {
    String prose = "One sentence after the other. ".repeat(100);
    Path one = text("en.txt", prose).file();
    Path two = text("code.txt", prose.toUpperCase(Locale.ROOT)).file();
    List<CalibrationSource> sources =
        CalibrationSource.parse(
            List.of("en.txt=0.25", "code.txt=.75"), word -> folder.resolve(word));
    assertEquals(
        List.of(new CalibrationSource(one, 0.25), new CalibrationSource(two, 0.75)), sources);
    Calibration mixed = mix(sources, 16);
    assertEquals(List.of(4, 12), mixed.parts().stream().map(Calibration.Part::windows).toList());
    assertArrayEquals(Arrays.copyOf(tokenizer().encode(prose), 8), mixed.windows().window(0));
    assertArrayEquals(
        Arrays.copyOf(tokenizer().encode(prose.toUpperCase(Locale.ROOT)), 8),
        mixed.windows().window(4));
    assertArrayEquals(
        new int[] {4, 3, 3},
        CalibrationSource.shares(
            List.of(
                new CalibrationSource(one, 1),
                new CalibrationSource(one, 1),
                new CalibrationSource(one, 1)),
            10));
  }

  @Test
  void aStreamOfTokensIsCut() throws IOException {
    CalibrationSource stream =
        text("t.json", "{\"stream\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]}");
    Calibration cut = mix(List.of(stream), 9);
    assertEquals(2, cut.windows().count());
    assertArrayEquals(new int[] {9, 10, 11, 12, 13, 14, 15, 16}, cut.windows().window(1));
    assertEquals(1, cut.parts().getFirst().dropped());
  }

  /** A text of the acceptance set: a folder in the environment variable HALFSTEP_DATA. */
  @Test
  void realInstructions() {
    String data = System.getenv("HALFSTEP_DATA");
    assumeTrue(data != null, "set HALFSTEP_DATA to the folder with codealpaca-600.jsonl.gz");
    Path file = Path.of(data).resolve("codealpaca-600.jsonl.gz");
    Calibration real =
        Calibration.mix(
            List.of(new CalibrationSource(file, 1)), CalibrationTest::tokenizer, 128, 512);
    assertEquals(128, real.windows().count());
    assertTrue(real.parts().getFirst().documents() > 100, real.parts().toString());
  }

  @Test
  void refusals() throws IOException {
    Path file = tokens("a", "b");
    assertEquals(
        file + " holds 2 integer tensors of samples × length; name one of them calib_ids",
        assertThrows(TokenizerException.class, () -> Calibration.ofTokens(file, 8)).getMessage());
    CalibrationSource shortText = text("s.txt", "Hi");
    assertTrue(
        String.valueOf(
                assertThrows(JobException.class, () -> mix(List.of(shortText), 8)).getMessage())
            .contains("do not fill one window of 8"));
    List<String> halfWeighted = List.of("a=0.5", "b");
    assertThrows(JobException.class, () -> CalibrationSource.parse(halfWeighted, folder::resolve));
    assertThrows(JobException.class, () -> new CalibrationSource(file, 0));
    assertThrows(JobException.class, () -> mix(List.of(shortText, shortText), 1));
    CalibrationSource nowhere = new CalibrationSource(folder.resolve("no.txt"), 1);
    assertThrows(JobException.class, () -> mix(List.of(nowhere), 8));
    CalibrationSource wrong = text("w.json", "{\"stream\": [1, -2]}");
    assertThrows(TokenizerException.class, () -> mix(List.of(wrong), 8));
  }
}
