package halfstep.llm;

import halfstep.tensor.Matrix;

/**
 * The residual stream at the entrance of a block.
 *
 * @param block number of the block that reads it next; the number of blocks after the last
 * @param windows to which its rows belong
 * @param states {@code tokens × hidden}; shared, not to be modified
 */
public record HiddenStates(int block, TokenWindows windows, Matrix states) {}
