package halfstep.magics.table;

import halfstep.safetensors.TensorInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tech.tablesaw.api.Table;

/** What a checkpoint holds. */
public final class ModelTables {

  private ModelTables() {}

  /**
   * One row per role: how many layers, of which shape, with how many parameters.
   *
   * @param role what a tensor's name says about its place, such as {@code down_proj}
   */
  public static Table roles(List<TensorInfo> tensors, UnaryOperator<String> role) {
    Map<String, List<TensorInfo>> byKind = new LinkedHashMap<>();
    for (TensorInfo tensor : tensors) {
      String kind = role.apply(tensor.name()) + tensor.shape() + tensor.dtype();
      byKind.computeIfAbsent(kind, none -> new ArrayList<>()).add(tensor);
    }
    Collection<List<TensorInfo>> kinds = byKind.values();
    List<List<TensorInfo>> rows = List.copyOf(kinds);
    return Table.create(
        "tensors",
        Columns.text("role", rows, row -> role.apply(row.getFirst().name())),
        Columns.whole("tensors", rows, List::size),
        Columns.text("shape (out × in)", rows, row -> sides(row.getFirst())),
        Columns.whole("parameters", rows, ModelTables::parameters),
        Columns.text("type", rows, row -> row.getFirst().dtype().name()));
  }

  private static long parameters(List<TensorInfo> tensors) {
    return tensors.stream().mapToLong(TensorInfo::elements).sum();
  }

  private static String sides(TensorInfo tensor) {
    return String.join(" × ", tensor.shape().stream().map(String::valueOf).toList());
  }
}
