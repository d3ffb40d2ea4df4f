package halfstep.engines;

import java.util.List;

/**
 * What one kernel of one engine takes.
 *
 * @param engine as {@code --for} names it
 * @param kernel its own name
 * @param formats of checkpoints, as {@code --to} names them
 * @param bits widths; empty for any
 * @param groups group sizes, −1 for a whole row; empty for any
 * @param zeros kinds of zeros; empty for any
 * @param axis0 whether groups may run down the matrix
 * @param indexed whether act-order may have put a group's inputs apart
 * @param out must divide a shard's outputs
 * @param in must divide a shard's inputs
 * @param from the version that this was read from
 * @param note what else to know, possibly empty
 */
public record EngineKernel(
    String engine,
    String kernel,
    List<String> formats,
    List<String> bits,
    List<Integer> groups,
    List<String> zeros,
    boolean axis0,
    boolean indexed,
    int out,
    int in,
    String from,
    String note) {

  /** Takes copies of the lists. */
  public EngineKernel {
    formats = List.copyOf(formats);
    bits = List.copyOf(bits);
    groups = List.copyOf(groups);
    zeros = List.copyOf(zeros);
  }
}
