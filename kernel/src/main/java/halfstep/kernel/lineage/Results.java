package halfstep.kernel.lineage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values that cells showed, as {@code Out[n]}; the last {@value #KEPT} of them. */
public final class Results {

  /** How many are kept; older ones are null, so that a long session does not hold everything. */
  static final int KEPT = 256;

  /**
   * The value that cell n showed. A field, because that is how {@code Out[n]} reads in Java; the
   * array is replaced when it is full.
   */
  @SuppressWarnings({"MutablePublicArray", "ConstantField"}) // the reader's name for it
  public static volatile @Nullable Object[] Out = new @Nullable Object[2 * KEPT];

  private Results() {}

  /**
   * Keeps a value.
   *
   * @param cell the cell's number
   * @param value what it showed
   */
  public static synchronized void keep(int cell, @Nullable Object value) {
    if (cell >= Out.length) {
      Out = Arrays.copyOf(Out, Math.max(cell + 1, 2 * Out.length));
    }
    Out[cell] = value;
    if (cell >= KEPT) {
      Out[cell - KEPT] = null;
    }
  }
}
