package halfstep.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {

  @TempDir private Path folder;

  private static TensorInfo info(String name, DType dtype, long... shape) {
    return new TensorInfo(name, dtype, java.util.Arrays.stream(shape).boxed().toList());
  }

  private Path write(String name) {
    Path file = folder.resolve(name);
    List<TensorInfo> tensors =
        List.of(
            info("bytes", DType.U8, 3),
            info("ids", DType.I64, 2),
            info("half", DType.F16, 1, 2),
            info("brain", DType.BF16, 2),
            info("weight", DType.F32, 2, 2));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, tensors, Map.of("b", "2", "a", "1"))) {
      writer.write("weight", Matrix.of(2, 2, 1, 2, 3, 4).segment());
      writer.write("bytes", MemorySegment.ofArray(new byte[] {1, -1, 3}));
      writer.write(
          "half",
          MemorySegment.ofArray(
              new short[] {Float.floatToFloat16(0.5f), Float.floatToFloat16(-2)}));
      writer.write("brain", MemorySegment.ofArray(new short[] {(short) 0x3f80, (short) 0xc000}));
      writer.write("ids", MemorySegment.ofArray(new long[] {7, -8}));
      writer.finish();
    }
    return file;
  }

  @Test
  void whatIsWrittenIsRead() {
    SafetensorsFile file = SafetensorsFile.open(write("f.safetensors"));
    assertEquals(List.of("ids", "weight", "brain", "half", "bytes"), file.names());
    assertEquals(Map.of("a", "1", "b", "2"), file.metadata());
    assertArrayEquals(new float[] {3, 4}, file.matrix("weight").row(1));
    assertArrayEquals(new float[] {0.5f, -2}, file.matrix("half").row(0));
    assertArrayEquals(new float[] {1, -2}, file.matrix("brain").row(0));
    assertEquals(new Shape(1, 2), file.matrix("brain").shape());
    assertArrayEquals(new long[] {7, -8}, file.integers("ids"));
    assertArrayEquals(new long[] {1, 255, 3}, file.integers("bytes"));
  }

  @Test
  void theSameContentGivesTheSameBytes() throws IOException {
    assertEquals(-1, Files.mismatch(write("a.safetensors"), write("b.safetensors")));
  }

  @Test
  void tensorsLieAligned() {
    SafetensorsFile file = SafetensorsFile.open(write("f.safetensors"));
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(0, file.map("ids", arena).address() % 8);
      assertEquals(0, file.map("weight", arena).address() % 4);
    }
  }

  @Test
  void aTensorIsUnmappedWithItsArena() {
    SafetensorsFile file = SafetensorsFile.open(write("f.safetensors"));
    MemorySegment mapped;
    try (Arena arena = Arena.ofConfined()) {
      mapped = file.map("weight", arena);
    }
    assertFalse(mapped.scope().isAlive());
  }

  @Test
  void readingRefusals() {
    Path path = write("f.safetensors");
    SafetensorsFile file = SafetensorsFile.open(path);
    assertEquals(
        path + ": it holds no tensor wieght; the nearest is weight",
        assertThrows(SafetensorsException.class, () -> file.matrix("wieght")).getMessage());
    assertEquals(
        path + ": tensor ids: I64 values are no weights; F32, F16 and BF16 are",
        assertThrows(SafetensorsException.class, () -> file.matrix("ids")).getMessage());
    assertEquals(
        path + ": tensor half: F16 values are no integers",
        assertThrows(SafetensorsException.class, () -> file.integers("half")).getMessage());
  }

  @Test
  void aFileCutOffAfterItWasOpened() throws IOException {
    Path path = write("f.safetensors");
    SafetensorsFile file = SafetensorsFile.open(path);
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, java.util.Arrays.copyOf(bytes, bytes.length - 2));
    assertEquals(
        path + ": tensor bytes: the file was cut off since it was opened",
        assertThrows(SafetensorsException.class, () -> file.integers("bytes")).getMessage());
  }

  @Test
  void anUnfinishedFileDoesNotAppear() throws IOException {
    Path target = folder.resolve("f.safetensors");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(target, List.of(info("a", DType.U8, 1)), Map.of())) {
      assertEquals(
          target + ": 1 declared tensors were not written: [a]",
          assertThrows(SafetensorsException.class, writer::finish).getMessage());
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void writingRefusals() {
    Path target = folder.resolve("f.safetensors");
    MemorySegment one = MemorySegment.ofArray(new byte[] {1});
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(target, List.of(info("a", DType.U8, 1)), Map.of())) {
      assertEquals(
          target + ": tensor b: it was not declared",
          assertThrows(SafetensorsException.class, () -> writer.write("b", one)).getMessage());
      writer.write("a", one);
      assertEquals(
          target + ": tensor a: it was written before",
          assertThrows(SafetensorsException.class, () -> writer.write("a", one)).getMessage());
    }
  }
}
