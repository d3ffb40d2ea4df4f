package halfstep.gptq;

import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import java.util.List;

/**
 * What a device found.
 *
 * @param blocks all column blocks, in order
 * @param grids one per row and group
 */
public record GptqPass(List<Block> blocks, GroupParams grids) {

  /**
   * One column block.
   *
   * @param codes {@code out × columns}, in solved order
   * @param loss the sum of its rows' losses, rows in order, in double
   * @param moved as {@link GptqStep#codesMoved}
   */
  public record Block(Codes codes, double loss, long moved) {}

  /** Copies the list. */
  public GptqPass {
    blocks = List.copyOf(blocks);
  }
}
