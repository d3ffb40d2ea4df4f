package halfstep.job;

import halfstep.compose.Solution;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer that was solved and is still to be measured.
 *
 * @param weight original, {@code out × in}; not to be modified
 * @param input what flowed through it, {@code tokens × in}, or null if nothing did
 */
record SolvedLayer(
    String layer,
    Matrix weight,
    QuantizedMatrix quantized,
    List<TraceLine> trace,
    List<String> remarks,
    @Nullable Matrix input) {

  /** A layer solved by itself. */
  static SolvedLayer of(String layer, Matrix weight, Solution solution, @Nullable Matrix input) {
    List<TraceLine> trace = Traces.of(layer, solution.steps());
    return new SolvedLayer(layer, weight, solution.quantized(), trace, solution.remarks(), input);
  }
}
