package halfstep.export;

import java.util.List;

/** Tensor names as a layer's name and a part. */
final class TensorNames {

  private TensorNames() {}

  /** The layers that have a tensor of this ending. */
  static List<String> prefixes(List<String> tensors, String ending) {
    return tensors.stream()
        .filter(name -> name.endsWith(ending))
        .map(name -> name.substring(0, name.length() - ending.length()))
        .toList();
  }

  /**
   * Whether a tensor belongs to a layer.
   *
   * @param mark ending of the tensor that every layer has
   * @param endings of all tensors of a layer
   */
  static boolean isPartOf(TensorFiles files, String tensor, String mark, List<String> endings) {
    return endings.stream()
        .anyMatch(ending ->
            tensor.endsWith(ending)
                && files.contains(tensor.substring(0, tensor.length() - ending.length()) + mark));
  }
}
