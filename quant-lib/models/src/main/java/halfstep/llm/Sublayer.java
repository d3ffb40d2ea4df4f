package halfstep.llm;

import halfstep.tensor.Matrix;
import java.util.List;

/**
 * One residual half of a block: {@code x ← x + run(norm(x))}. The stages are the one description of
 * its linear layers; the forward pass, the names of layers and AWQ's groups all come from it.
 */
interface Sublayer {

  /** The linear layers in the order in which they run; the first stage reads the input. */
  List<Stage> stages();

  /**
   * Runs it.
   *
   * @param input normalized, {@code tokens × hidden}; not modified
   * @param windows to which its rows belong
   * @param weights by name within the block, each {@code out × in}; not modified
   * @param inputs hears what each stage reads
   * @return a new matrix, {@code tokens × hidden}
   */
  Matrix run(Matrix input, TokenWindows windows, Weights weights, StageInputs inputs);

  /** The weights of a block's linear layers. */
  @FunctionalInterface
  interface Weights {
    /** The weight of a layer, by its name within the block. */
    Matrix get(String name);
  }

  /** Hears the input of a stage. */
  @FunctionalInterface
  interface StageInputs {
    /** Ignores them. */
    StageInputs NONE = (stage, input) -> {};

    /**
     * @param stage number of the stage
     * @param input what its layers read, {@code tokens × in}; not to be modified
     */
    void accept(int stage, Matrix input);
  }
}
