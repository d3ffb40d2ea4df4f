package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.safetensors.TensorInfo;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestCopyTest {

  @TempDir private Path folder;

  private QuantizedModel model() {
    Path run = folder.resolve("run");
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, QuantSpec.of(4, 32), new Rtn()).run();
    return QuantizedModels.open(run);
  }

  @Test
  void piecesMakeUpEachTensor() {
    QuantizedModel model = model();
    Path out = folder.resolve("out");
    assertTrue(out.toFile().mkdir());
    List<Long> pieces = new ArrayList<>();
    try (ShardedWriter writer = new ShardedWriter(out, model.rest(), Long.MAX_VALUE)) {
      RestCopy copy = new RestCopy(model, writer);
      while (!copy.isDone()) {
        pieces.add(copy.copy(1000));
      }
      assertEquals(copy.bytes(), pieces.stream().mapToLong(Long::longValue).sum());
      assertEquals(0, copy.copy(1000));
      writer.finish();
    }
    assertTrue(pieces.size() > model.rest().size(), "pieces: " + pieces);
    assertTrue(pieces.stream().allMatch(piece -> piece <= 1000), "pieces: " + pieces);
    TensorFiles written = TensorFiles.open(out.resolve("model.safetensors"));
    for (TensorInfo info : model.rest()) {
      model.restBytes(
          info.name(),
          expected ->
              written.bytes(
                  info.name(),
                  actual ->
                      assertArrayEquals(
                          expected.toArray(ValueLayout.JAVA_BYTE),
                          actual.toArray(ValueLayout.JAVA_BYTE),
                          info.name())));
    }
  }
}
