package halfstep.llm;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One residual half of a block: {@code x ← x + run(norm(x))}. It is the one description of its
 * layers; the forward pass, the names of layers and AWQ's groups all come from it.
 */
interface Sublayer {

  /** The linear layers by what they read; the first stage reads the input. */
  List<Stage> stages();

  /** The groups that share AWQ's scales, in the order in which they are searched. */
  List<ScalePlan> scalePlans();

  /** Tensors beside the linear layers, never quantized: name within the block to shape. */
  Map<String, Shape> others();

  /**
   * Runs it.
   *
   * @param input normalized, {@code tokens × hidden}; not modified
   * @param stretch to which its rows belong
   * @param weights of the block
   * @param inputs hears what each stage reads
   * @return a new matrix, {@code tokens × hidden}
   */
  Matrix run(Matrix input, Stretch stretch, BlockWeights weights, StageInputs inputs);

  /** Hears the input of a stage. */
  @FunctionalInterface
  interface StageInputs {
    /** Ignores them. */
    StageInputs NONE = (stage, input, rows) -> {};

    /**
     * @param stage number of the stage
     * @param input what its layers read; not to be modified
     * @param rows numbers of the sublayer's rows that got here, ascending, or null if all did; not
     *     called if none did
     */
    void accept(int stage, Matrix input, int @Nullable [] rows);
  }
}
