package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.llm.TokenWindows;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  @Test
  void refusals() {
    Path file = tokens("a", "b");
    assertEquals(
        file + " holds 2 integer tensors of samples × length; name one of them calib_ids",
        assertThrows(JobException.class, () -> Calibration.ofTokens(file, 8)).getMessage());
  }
}
