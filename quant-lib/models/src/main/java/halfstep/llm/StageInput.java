package halfstep.llm;

import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a stage reads over all windows, gathered from parts that may arrive in any order. If every
 * row gets there, parts are copied to their place at once; if some do, they are joined at the end.
 */
final class StageInput {

  private record Chunk(Matrix input, int[] rows) {}

  private final TokenWindows windows;
  private final long in;
  private final CaptureMemory.Share memory;
  private final Map<Integer, Chunk> chosen = new TreeMap<>();
  private @Nullable TokenRows whole;
  private @Nullable Matrix all;
  private List<Integer> windowRows = List.of();

  StageInput(TokenWindows windows, long in, CaptureMemory.Share memory) {
    this.windows = windows;
    this.in = in;
    this.memory = memory;
  }

  /**
   * Takes what a part's tokens give.
   *
   * @param rows numbers of the part's rows that got here, or null if all did
   * @param firstRow number of the part's first row among all
   */
  synchronized void put(Matrix input, int @Nullable [] rows, int firstRow) {
    if (rows != null) {
      chosen.put(firstRow, new Chunk(input, rows));
      return;
    }
    if (whole == null) {
      whole = memory.rows(windows.tokens(), in);
    }
    whole.put(input, firstRow);
  }

  /** Joins what came; no more may come. */
  void finish() {
    int[] counts = new int[windows.count()];
    if (whole != null) {
      all = whole.all();
      whole = null;
      Arrays.setAll(counts, windows::length);
    }
    List<Matrix> inputs = new ArrayList<>();
    chosen.forEach((firstRow, chunk) -> {
      inputs.add(chunk.input());
      for (int row : chunk.rows()) {
        counts[windows.windowOf(firstRow + row)]++;
      }
    });
    if (!inputs.isEmpty()) {
      all = joined(inputs);
      chosen.clear();
    }
    windowRows = Arrays.stream(counts).boxed().toList();
  }

  private Matrix joined(List<Matrix> inputs) {
    TokenRows result = memory.rows(inputs.stream().mapToLong(Matrix::rows).sum(), in);
    long at = 0;
    for (Matrix input : inputs) {
      result.put(input, at);
      at += input.rows();
    }
    return result.all();
  }

  /** {@code tokens × in}; empty if no token got here. Shared, not to be modified. */
  Optional<Matrix> matrix() {
    return Optional.ofNullable(all);
  }

  /** Rows that came from each window. */
  List<Integer> windowRows() {
    return windowRows;
  }
}
