package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.gptq.Hessian;
import halfstep.metric.OutputError;
import halfstep.tensor.Matrix;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that lie in files: what is computed of them is what it is of those in memory. */
class CaptureMemoryTest {

  private static final TokenWindows WINDOWS =
      TokenWindows.of(
          IntStream.range(0, 3)
              .mapToObj(w -> IntStream.range(0, 40).map(t -> (t * 7 + w) % 90).toArray())
              .toList());

  @TempDir private Path folder;

  private static float[] elements(Matrix matrix) {
    return matrix.segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "mixtral"})
  void layersReadTheSame(String name) {
    Model model = Model.open(GoldenModels.folder(name));
    HiddenStates entrance = model.embed(WINDOWS);
    BlockCapture held = model.capture(entrance);
    BlockCapture filed = model.capture(entrance, CaptureMemory.within(0, folder));
    assertArrayEquals(elements(held.output().states()), elements(filed.output().states()));
    for (String layer : held.layers()) {
      assertEquals(held.seen(layer).isPresent(), filed.seen(layer).isPresent(), layer);
      held.seen(layer)
          .ifPresent(input -> {
            assertTrue(filed.input(layer).segment().isMapped(), layer);
            assertArrayEquals(elements(input), elements(filed.input(layer)), layer);
          });
    }
    assertEquals(List.of(), List.of(folder.toFile().list()), "files have no names");
  }

  @Test
  void sumsOverThemAreTheSame() {
    Model model = Model.open(GoldenModels.folder("llama_gqa"));
    HiddenStates entrance = model.embed(WINDOWS);
    String layer = model.layers().getFirst();
    Matrix held = model.capture(entrance).input(layer);
    Matrix filed = model.capture(entrance, CaptureMemory.within(0, folder)).input(layer);
    assertArrayEquals(elements(Hessian.of(held).matrix()), elements(Hessian.of(filed).matrix()));
    Matrix weight = model.weight(layer);
    Matrix other = Matrix.zeros(weight.rows(), weight.cols());
    assertEquals(OutputError.of(held, weight, other), OutputError.of(filed, weight, other));
    assertEquals(OutputError.of(held, weight, other), OutputError.of(filed, weight, other));
  }

  @Test
  void whatFitsStaysInMemory() {
    Model model = Model.open(GoldenModels.folder("llama_gqa"));
    HiddenStates entrance = model.embed(WINDOWS);
    BlockCapture all = model.capture(entrance, CaptureMemory.within(1 << 30, folder));
    assertTrue(all.layers().stream().noneMatch(layer -> all.input(layer).segment().isMapped()));
    long first = 4L * WINDOWS.tokens() * model.config().hiddenSize();
    BlockCapture some = model.capture(entrance, CaptureMemory.within(first, folder));
    List<Boolean> mapped =
        some.layers().stream().map(layer -> some.input(layer).segment().isMapped()).toList();
    assertTrue(mapped.contains(true) && mapped.contains(false), "mapped: " + mapped);
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() {
    Model model = Model.open(GoldenModels.folder("llama_gqa"));
    HiddenStates entrance = model.embed(WINDOWS);
    CaptureMemory nowhere = CaptureMemory.within(0, folder.resolve("absent"));
    String said =
        String.valueOf(
            assertThrows(UncheckedIOException.class, () -> model.capture(entrance, nowhere))
                .getMessage());
    assertTrue(said.contains("absent"), said);
    assertFalse(said.contains("null"), said);
  }
}
