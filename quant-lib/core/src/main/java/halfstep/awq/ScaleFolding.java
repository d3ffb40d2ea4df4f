package halfstep.awq;

import halfstep.awq.TensorEdit.DivideRows;
import halfstep.awq.TensorEdit.DivideVector;
import halfstep.awq.TensorEdit.MultiplyColumns;
import halfstep.quant.ChannelScales;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a group's scales go in a model, so that it computes what it did before: whatever produces
 * the channels divides by s, whatever reads them multiplies by s. A description alone; a model
 * executes it with its own tensors.
 *
 * <p>The function is kept only if {@code readers} names <em>every</em> reader, quantized or not. A
 * mixture's router reads the norm's output beside the experts and belongs to them; AutoAWQ leaves
 * it out, and its scaled Mixtral is another function.
 *
 * @param scales one per channel
 * @param source what produces the channels
 * @param readers names of all weights that read them, each {@code out × in}
 */
public record ScaleFolding(ChannelScales scales, Source source, List<String> readers) {

  /** Takes a copy of the list. */
  public ScaleFolding {
    readers = List.copyOf(readers);
  }

  /** What produces the scaled channels and absorbs the division. */
  public sealed interface Source {

    /**
     * A norm.
     *
     * @param weight name of its weight
     * @param bias name of its bias, if it has one
     * @param offset what the model adds to the weight: 1 for Gemma's norms, else 0
     */
    record Norm(String weight, Optional<String> bias, float offset) implements Source {
      /** A norm without bias that multiplies by its weight, as Llama's. */
      public Norm(String weight) {
        this(weight, Optional.empty(), 0f);
      }
    }

    /**
     * A linear layer whose outputs reach the readers one by one: v for o, up for down.
     *
     * @param weight name of its weight; its last rows are divided, one per scale
     * @param bias name of its bias, if it has one
     */
    record Linear(String weight, Optional<String> bias) implements Source {
      /** A layer without bias. */
      public Linear(String weight) {
        this(weight, Optional.empty());
      }
    }
  }

  /** The changes, tensor by tensor: the source's first. */
  public List<TensorEdit> edits() {
    List<TensorEdit> edits = new ArrayList<>();
    switch (source) {
      case Source.Norm(String weight, Optional<String> bias, float offset) -> {
        edits.add(new DivideVector(weight, scales, offset));
        bias.ifPresent(name -> edits.add(new DivideVector(name, scales, 0f)));
      }
      case Source.Linear(String weight, Optional<String> bias) -> {
        edits.add(new DivideRows(weight, scales));
        bias.ifPresent(name -> edits.add(new DivideVector(name, scales, 0f)));
      }
    }
    readers.forEach(name -> edits.add(new MultiplyColumns(name, scales)));
    return edits;
  }

  /**
   * Folds several groups' scales, one after the other: v's columns take the norm's scales and its
   * rows absorb o's.
   *
   * @param tensors gives a tensor by name; what it gives is not modified
   * @return the tensors that changed, by name, in the order of their first change
   * @throws halfstep.tensor.ShapeException naming the tensor, if scales do not fit it
   */
  public static Map<String, Matrix> applied(
      List<ScaleFolding> foldings, Function<String, Matrix> tensors) {
    Map<String, Matrix> changed = new LinkedHashMap<>();
    for (ScaleFolding folding : foldings) {
      for (TensorEdit edit : folding.edits()) {
        Matrix before = changed.get(edit.tensor());
        changed.put(
            edit.tensor(), edit.applied(before != null ? before : tensors.apply(edit.tensor())));
      }
    }
    return changed;
  }

  /**
   * What the readers read after folding.
   *
   * @param inputs recorded before, {@code tokens × channels}; not modified
   * @return a new matrix: each column over its scale
   */
  public Matrix inputs(Matrix inputs) {
    Matrix result = inputs.copy();
    scales.divide(result);
    return result;
  }
}
