package halfstep.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  @TempDir private Path folder;

  @BeforeEach
  void twoShards() {
    shard("model-1.safetensors", "a", 1);
    shard("model-2.safetensors", "b", 2);
  }

  private void shard(String file, String name, float value) {
    TensorInfo info = TensorInfo.matrix(name, DType.F32, new Shape(1, 1));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve(file), List.of(info), Map.of())) {
      writer.write(name, Matrix.of(1, 1, value).segment());
      writer.finish();
    }
  }

  private Path index(String map) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(SafetensorsException.class, () -> Checkpoint.open(folder)).getMessage());
  }

  @Test
  void shards() throws IOException {
    index("\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"");
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertEquals(List.of("a", "b"), checkpoint.names());
    assertEquals(2, checkpoint.matrix("b").at(0));
    assertEquals(2, checkpoint.files().size());
    assertEquals(
        folder + ": it holds no tensor c; the nearest is a",
        assertThrows(SafetensorsException.class, () -> checkpoint.info("c")).getMessage());
  }

  @Test
  void aSingleFile() {
    Checkpoint checkpoint = Checkpoint.open(folder.resolve("model-1.safetensors"));
    assertEquals(1, checkpoint.matrix("a").at(0));
  }

  @Test
  void refusals() throws IOException {
    assertEquals(
        folder + ": the folder holds neither model.safetensors nor model.safetensors.index.json",
        refusal());
    Path index = index("\"a\":\"model-3.safetensors\"");
    assertEquals(
        index + ": shard model-3.safetensors, which should hold tensor a, is missing; fetch it",
        refusal());
    index("\"c\":\"model-1.safetensors\"");
    assertEquals(
        index + ": it places tensor c in model-1.safetensors, which does not hold it", refusal());
    index("\"a\":\"../model-1.safetensors\"");
    assertEquals(
        index
            + ": it places tensor a in \"../model-1.safetensors\"; only files in the same folder are"
            + " read",
        refusal());
    Files.writeString(index, "{");
    assertTrue(refusal().startsWith(index + ": it is no valid JSON: "));
    Path none = folder.resolve("none");
    assertEquals(
        none + ": there is no such file or folder",
        assertThrows(SafetensorsException.class, () -> Checkpoint.open(none)).getMessage());
  }
}
