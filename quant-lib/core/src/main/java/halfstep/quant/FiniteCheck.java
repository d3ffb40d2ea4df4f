package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/** Refuses NaN and infinities before they spread: the reference libraries do not. */
public final class FiniteCheck {

  /** All ones in NaN and infinities, and nowhere else. */
  private static final int EXPONENT = 0x7f800000;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int BLOCK = 1 << 14;

  private FiniteCheck() {}

  /**
   * Refuses a matrix that is not finite throughout.
   *
   * @param what names the matrix in the message: "weights", a layer's name
   * @throws NonFiniteException naming the first bad element and how many there are
   */
  public static void require(Matrix matrix, String what) {
    if (isFinite(matrix)) {
      return;
    }
    long bad = 0;
    long firstBad = -1;
    float[] row = new float[Math.toIntExact(matrix.cols())];
    for (long r = 0; r < matrix.rows(); r++) {
      matrix.read(r * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        if (!Float.isFinite(row[c])) {
          firstBad = bad == 0 ? r * row.length + c : firstBad;
          bad++;
        }
      }
    }
    throw new NonFiniteException(
        "%s: %d of %d values are not finite; the first is %s in row %d, column %d. Repair or exclude it."
            .formatted(
                what,
                bad,
                matrix.size(),
                matrix.at(firstBad),
                firstBad / matrix.cols(),
                firstBad % matrix.cols()));
  }

  /** Looks at the bits, in blocks on all cores: that reads no slower than memory delivers. */
  private static boolean isFinite(Matrix matrix) {
    AtomicBoolean finite = new AtomicBoolean(true);
    Parallel.blocks(
        Math.ceilDiv(matrix.size(), BLOCK),
        "looking for values that are not finite",
        block -> {
          int[] bits = new int[(int) Math.min(BLOCK, matrix.size() - block * BLOCK)];
          MemorySegment.copy(
              matrix.segment(), INT, block * BLOCK * Integer.BYTES, bits, 0, bits.length);
          if (mostExponent(bits) >= EXPONENT) {
            finite.set(false);
          }
          matrix.leave(block * BLOCK, bits.length);
        });
    return finite.get();
  }

  private static int mostExponent(int[] bits) {
    int most = 0;
    for (int i = 0; i < bits.length; i++) {
      most = Math.max(most, bits[i] & EXPONENT);
    }
    return most;
  }
}
