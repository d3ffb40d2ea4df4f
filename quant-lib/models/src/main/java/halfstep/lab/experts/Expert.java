package halfstep.lab.experts;

import halfstep.llm.Model;
import halfstep.llm.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One expert of a mixture, {@code down(silu(gate(x)) · up(x))}.
 *
 * @param block number of its block
 * @param number among the block's experts
 * @param gate full name of its first layer
 * @param up full name of the layer beside it
 * @param down full name of its last layer
 */
public record Expert(int block, int number, String gate, String up, String down) {

  private static final Pattern EXPERT = Pattern.compile("\\.experts\\.(\\d+)\\.");

  /**
   * All experts of a model, block by block.
   *
   * @throws ModelException if it is no mixture
   */
  public static List<Expert> of(Model model) {
    if (model.config().mixture().isEmpty()) {
      throw new ModelException(
          "%s is no mixture of experts: every token runs through the same layers; the embedded model experts is one"
              .formatted(model.folder().getFileName()));
    }
    List<Expert> experts = new ArrayList<>();
    for (int block = 0; block < model.config().layers(); block++) {
      Map<Integer, List<String>> byNumber = new TreeMap<>();
      for (String layer : model.layersOf(block)) {
        Matcher matcher = EXPERT.matcher(layer);
        if (matcher.find()) {
          int number = Integer.parseInt(matcher.group(1));
          byNumber.computeIfAbsent(number, none -> new ArrayList<>()).add(layer);
        }
      }
      int in = block;
      byNumber.forEach(
          (number, own) -> experts.add(new Expert(in, number, own.get(0), own.get(1), own.get(2))));
    }
    return experts;
  }

  /** Its layers in the order in which they run. */
  public List<String> layers() {
    return List.of(gate, up, down);
  }

  /** {@code 1.4}: the fifth expert of the second block. */
  public String label() {
    return block + "." + number;
  }
}
