package halfstep.custom;

import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link GroupSolver} over a matrix and checks what it returns, so that its result may go
 * wherever a built-in method's goes.
 *
 * @param name how tables, charts and refusals call it
 * @param solver called from several threads at once
 */
public record CustomQuantizer(String name, GroupSolver solver) {

  /**
   * Quantizes one matrix.
   *
   * @param w weights, {@code out × in}; not modified
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws GroupSolutionException if the solver fails, or returns what is no quantized group
   */
  public QuantizedMatrix quantize(Matrix w, QuantSpec spec) {
    FiniteCheck.require(w, "weights");
    Grouping grouping = spec.grouping(w.shape());
    Shape shape = grouping.paramShape();
    Matrix scales = Matrix.zeros(shape.rows(), shape.cols());
    Matrix zeros = Matrix.zeros(shape.rows(), shape.cols());
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        name,
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            float[] group = Arrays.copyOfRange(values, g * size, (g + 1) * size);
            GroupSolution found = solve(group, spec, grouping, first + g);
            scales.put(first + g, found.scale());
            zeros.put(first + g, found.zero());
            for (int i = 0; i < size; i++) {
              values[g * size + i] = found.code(i);
            }
          }
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  private GroupSolution solve(float[] group, QuantSpec spec, Grouping grouping, long number) {
    // written by users: whatever the annotations say, null may come
    @Nullable GroupSolution found;
    try {
      found = solver.solve(group, spec);
    } catch (InterruptedWork stopped) {
      throw stopped;
    } catch (RuntimeException e) {
      throw refusal(grouping, number, "failed with " + e, e);
    }
    String fault =
        found == null ? "returned null" : SolutionCheck.fault(found, grouping.size(), spec);
    if (found == null || fault != null) {
      throw refusal(grouping, number, fault, null);
    }
    return found;
  }

  private GroupSolutionException refusal(
      Grouping grouping, long number, @Nullable String fault, @Nullable Throwable cause) {
    long index = grouping.index(number, 0);
    long cols = grouping.shape().cols();
    return new GroupSolutionException(
        "solver %s, group %d (from row %d, column %d on): %s"
            .formatted(name, number, index / cols, index % cols, fault),
        cause);
  }
}
