package halfstep.lab;

import halfstep.llm.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's linear layers by what they do and where they stand. */
public final class Layers {

  private Layers() {}

  /** What a layer does in its block: the last part of its name, {@code down_proj}. */
  public static String role(String layer) {
    return layer.substring(layer.lastIndexOf('.') + 1);
  }

  /** Whether a layer is part of the attention. */
  public static boolean isAttention(String layer) {
    return layer.contains(".self_attn.");
  }

  /** {@code model.layers.0.mlp.down_proj} as {@code 0.down_proj}; other names as they are. */
  public static String shortName(String layer) {
    return layer.replaceFirst("^model\\.layers\\.(\\d+)\\.(?:self_attn|mlp)\\.", "$1.");
  }

  /** Full names by role, in the order of a block. */
  public static Map<String, List<String>> byRole(Model model) {
    Map<String, List<String>> roles = new LinkedHashMap<>();
    for (String layer : model.layers()) {
      roles.computeIfAbsent(role(layer), none -> new ArrayList<>()).add(layer);
    }
    return roles;
  }
}
