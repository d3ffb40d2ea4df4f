package halfstep.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are not finite, offsets that are not aligned, an index that lies. */
class BadInputTest {

  @TempDir Path folder;

  private Path write(String name, DType dtype, ByteBuffer values) {
    int width = dtype.bits() / Byte.SIZE;
    TensorInfo info = new TensorInfo("w", dtype, List.of((long) values.capacity() / width));
    TensorInfo fine = new TensorInfo("fine", DType.F32, List.of(2L));
    Path file = folder.resolve(name);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(info, fine), Map.of())) {
      writer.write("w", MemorySegment.ofBuffer(values.rewind()));
      writer.write("fine", MemorySegment.ofArray(new float[] {1, Float.MAX_VALUE}));
      writer.finish();
    }
    return file;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void nonFiniteValuesAreCountedByTensor() {
    int many = 70_000; // more than a block
    ByteBuffer floats = buffer(4 * many);
    floats.putFloat(4 * 5, Float.NaN).putFloat(4 * 69_999, Float.POSITIVE_INFINITY);
    floats.putFloat(4 * 65_536, Float.NEGATIVE_INFINITY).putFloat(4, Float.MAX_VALUE);
    Path file = write("f32.safetensors", DType.F32, floats);
    Checkpoint checkpoint = Checkpoint.open(file);
    assertEquals(List.of(new NonFinite("w", 1, 2, many)), checkpoint.nonFinite());
    assertEquals(
        file + ": tensor w: 1 NaN and 2 infinite of 70000 values",
        assertThrows(SafetensorsException.class, checkpoint::requireFinite).getMessage());
  }

  @Test
  void everyFloatTypeHasItsOwnBits() {
    short[] half = {0x7C00, (short) 0xFC00, 0x7C01, (short) 0xFFFF, 0x7BFF, 0, 0x3C00, 0x0001};
    ByteBuffer shorts = buffer(16);
    shorts.asShortBuffer().put(half);
    assertEquals(
        List.of(new NonFinite("w", 2, 2, 8)),
        Checkpoint.open(write("f16.safetensors", DType.F16, shorts)).nonFinite());
    short[] brain = {0x7F80, (short) 0xFF80, 0x7F81, 0x7F7F, 0x7C00, 0, 0x3F80, 0x0001};
    shorts = buffer(16);
    shorts.asShortBuffer().put(brain);
    assertEquals(
        List.of(new NonFinite("w", 1, 2, 8)),
        Checkpoint.open(write("bf16.safetensors", DType.BF16, shorts)).nonFinite());
    ByteBuffer doubles = buffer(24);
    doubles.putDouble(Double.NaN).putDouble(Double.NEGATIVE_INFINITY).putDouble(1e300);
    assertEquals(
        List.of(new NonFinite("w", 1, 1, 3)),
        Checkpoint.open(write("f64.safetensors", DType.F64, doubles)).nonFinite());
    ByteBuffer eighths = buffer(4).put(new byte[] {0x7F, (byte) 0xFF, 0x7E, 0x7C});
    assertEquals(
        List.of(new NonFinite("w", 2, 0, 4)),
        Checkpoint.open(write("e4m3.safetensors", DType.F8_E4M3, eighths)).nonFinite());
    eighths = buffer(4).put(new byte[] {0x7F, (byte) 0xFC, 0x7B, 0x7C});
    assertEquals(
        List.of(new NonFinite("w", 1, 2, 4)),
        Checkpoint.open(write("e5m2.safetensors", DType.F8_E5M2, eighths)).nonFinite());
    Checkpoint whole =
        Checkpoint.open(
            write("i32.safetensors", DType.I32, buffer(8).putInt(0x7F800000).putInt(-1)));
    assertEquals(List.of(), whole.nonFinite());
    whole.requireFinite();
  }

  @Test
  void offsetsNeedNotBeAligned() throws IOException {
    String header =
        """
        {"odd":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
         "f":{"dtype":"F32","shape":[2,1],"data_offsets":[1,9]},
         "h":{"dtype":"BF16","shape":[3],"data_offsets":[9,15]},
         "i":{"dtype":"I64","shape":[1,1],"data_offsets":[15,23]}}\
        """;
    Path file = RawFile.write(folder.resolve("u.safetensors"), header, 23);
    SafetensorsFile opened = SafetensorsFile.open(file);
    Matrix floats = opened.matrix("f");
    assertEquals(Float.intBitsToFloat(0x05040302), floats.at(0));
    assertEquals(Float.intBitsToFloat(0x09080706), floats.at(1));
    assertEquals(Float.intBitsToFloat(0x0F0E0000), opened.matrix("h").at(2));
    assertEquals(0x1716151413121110L, opened.integers("i")[0]);
    assertEquals(List.of(), Checkpoint.open(file).nonFinite());
  }

  @Test
  void anIndexThatLies() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Map<String, String> problems =
        Map.of(
            "{\"weight_map\": {\"a\": \"x.safetensors\", \"a\": \"y.safetensors\"}}",
            "Duplicate field 'a'",
            "{\"weight_map\": {\"a\": 3}}",
            "it places tensor a in 3, which is no file name",
            "{\"weight_map\": {\"a\": \"/etc/passwd\"}}",
            "only files in the same folder are read",
            "{\"weight_map\": {\"a\": \"..\"}}",
            "only files in the same folder are read",
            "{\"weight_map\": {}}",
            "it places no tensor at all",
            "{\"weight_map\": {\"a\": \"x.safetensors\"}} more",
            "it is no valid JSON",
            "[]",
            "it has no weight_map");
    for (Map.Entry<String, String> problem : problems.entrySet()) {
      Files.writeString(index, problem.getKey());
      SafetensorsException refusal =
          assertThrows(SafetensorsException.class, () -> Checkpoint.open(folder));
      assertEquals(index, refusal.file());
      assertTrue(
          String.valueOf(refusal.getMessage()).contains(problem.getValue()), refusal.getMessage());
    }
  }

  @Test
  void aHeaderLargerThanItsFile() throws IOException {
    byte[] json = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Path file = RawFile.write(folder.resolve("h.safetensors"), 1_000, json, 0);
    assertEquals(
        file
            + ": it is cut off: the header should take 1000 bytes, but 2 follow; fetch the file again",
        assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(file)).getMessage());
  }

  @Test
  void aLinkToABlobIsAFile() throws IOException {
    Path blob = write("blob", DType.F32, buffer(8));
    Path link = Files.createSymbolicLink(folder.resolve("model.safetensors"), blob.getFileName());
    assertEquals(2, Checkpoint.open(folder).names().size());
    assertEquals(List.of(link), Checkpoint.open(folder).files());
  }
}
