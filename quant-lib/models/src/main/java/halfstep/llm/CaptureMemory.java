package halfstep.llm;

import halfstep.tensor.Matrix;
import java.nio.file.Path;

/**
 * Where the inputs of a block's layers are kept while the layers are solved: off the heap up to a
 * bound, beyond it in files. Those of a block 4,096 wide with 65,536 tokens take 7 GB.
 */
public final class CaptureMemory {

  /** Off the heap, however much it is. */
  public static final CaptureMemory UNBOUNDED = new CaptureMemory(Long.MAX_VALUE, Path.of(""));

  private final long most;
  private final Path folder;

  private CaptureMemory(long most, Path folder) {
    this.most = most;
    this.folder = folder;
  }

  /**
   * Off the heap as far as it goes.
   *
   * @param most bytes of one block's inputs; what would exceed them goes to files
   * @param folder exists; files in it have no name and are gone with the process, however it ends
   */
  public static CaptureMemory within(long most, Path folder) {
    return new CaptureMemory(most, folder);
  }

  /** For the inputs of one block. */
  Share share() {
    return new Share();
  }

  /** What one block takes. Safe for use by several threads. */
  final class Share {

    private long taken;

    private Share() {}

    /** Room for the input of a stage. */
    synchronized TokenRows rows(long tokens, long in) {
      long bytes = Math.multiplyExact(tokens * in, Float.BYTES);
      if (bytes > most - taken) {
        return new FiledRows(folder, tokens, in);
      }
      taken += bytes;
      return new TokenRows.Held(Matrix.zeros(tokens, in));
    }
  }
}
