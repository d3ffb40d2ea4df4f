package halfstep.gptq;

import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.Step;
import halfstep.tensor.Shape;
import java.util.List;

/**
 * One column block of GPTQ: its codes, and what rounding it cost.
 *
 * @param index number of the block, from 0
 * @param firstColumn position of its first column in solved order
 * @param codes of its columns, {@code out × columns} in solved order; shared, not to be modified
 * @param started the groups whose grids were found in this block; none with static groups or one
 *     group per row, whose grids are found before the first block
 * @param codesMoved number of codes that differ from what the original weight would have got on the
 *     same grid: the compensation at work
 * @param loss Σ (w − ŵ)²/(2·U_jj²) over the block: half of what the block adds to {@code
 *     tr(ΔW·H·ΔWᵀ)}
 * @param totalLoss the same over this and all blocks before
 */
public record GptqStep(
    int index,
    int firstColumn,
    Codes codes,
    List<Started> started,
    long codesMoved,
    double loss,
    double totalLoss)
    implements Step {

  /**
   * A group that began in a block.
   *
   * @param group its number
   * @param params its grids, {@code out × 1}; shared, not to be modified
   */
  public record Started(int group, GroupParams params) {}

  /** Copies the list; refuses grids that are not one per row. */
  public GptqStep {
    started = List.copyOf(started);
    Shape column = new Shape(codes.shape().rows(), 1);
    started.forEach(group -> group.params().scales().requireShape(column, "one grid per row"));
  }

  /** Number of columns of the block. */
  public int columns() {
    return Math.toIntExact(codes.shape().cols());
  }
}
