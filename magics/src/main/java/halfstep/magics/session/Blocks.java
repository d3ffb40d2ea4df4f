package halfstep.magics.session;

import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.lab.Layers;
import halfstep.llm.BlockCapture;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Blocks of a model by the words that people type. */
public final class Blocks {

  private Blocks() {}

  /** Whether a word is a block: {@code 0}, {@code layers.0}, {@code model.layers.0}. */
  public static boolean isNumber(String word) {
    return word.matches("(?:(?:model\\.)?layers\\.)?-?\\d{1,9}");
  }

  /**
   * The block that a word names.
   *
   * @throws NotFoundException saying which exist
   */
  public static int number(Model model, String word) {
    int last = model.config().layers() - 1;
    int number = isNumber(word) ? Integer.parseInt(word.substring(word.lastIndexOf('.') + 1)) : -1;
    if (number < 0 || number > last) {
      throw new NotFoundException(
          "there is no block \"%s\"; the model has blocks 0 to %d".formatted(word, last));
    }
    return number;
  }

  /** The block that a layer is in. */
  public static int of(Model model, String layer) {
    return IntStream.range(0, model.config().layers())
        .filter(block -> model.layersOf(block).contains(layer))
        .findFirst()
        .orElseThrow(() -> new NotFoundException("layer %s is in no block".formatted(layer)));
  }

  /** Salience of each input of a block, by the layers that read it, in order. */
  public static Map<String, Salience> inputs(BlockCapture capture) {
    Map<Matrix, List<String>> readers = new LinkedHashMap<>();
    for (String layer : capture.layers()) {
      readers
          .computeIfAbsent(capture.input(layer), input -> new ArrayList<>())
          .add(Layers.role(layer));
    }
    Map<String, Salience> inputs = new LinkedHashMap<>();
    readers.forEach((input, layers) ->
        inputs.put(String.join(", ", layers), Salience.of(Activations.of(input))));
    return inputs;
  }
}
