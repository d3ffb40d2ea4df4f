package halfstep.magics.exercise;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One exercise as it is kept in a file: the scrambled right answer, and nothing that gives it away.
 *
 * <p>Words must be met exactly but for case and blanks. A number with a tolerance lies in a bucket
 * twice as wide as the tolerance with the right answer in its middle; the number of the bucket is
 * scrambled, and the file holds only where buckets begin.
 *
 * @param hash of the answer, or of its bucket's number
 * @param width of the buckets; null for words
 * @param offset where the bucket with number 0 begins, from 0 to {@code width}; null for words
 * @param hint what a wrong answer is told; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Exercise(
    String hash, @Nullable BigDecimal width, @Nullable BigDecimal offset, @Nullable String hint) {

  /** Numbers of more digits before or behind the point are no answers. */
  private static final long MOST_DIGITS = 400;

  /**
   * Scrambles an answer that must be met exactly.
   *
   * @param salt of the exercise
   */
  static Exercise exact(String answer, String salt, @Nullable String hint) {
    return new Exercise(Scrambled.of(plain(answer), salt), null, null, hint);
  }

  /**
   * Scrambles a number that may be missed by no more than a tolerance.
   *
   * @param tolerance above 0
   */
  static Exercise within(
      BigDecimal answer, BigDecimal tolerance, String salt, @Nullable String hint) {
    BigDecimal width = tolerance.multiply(BigDecimal.TWO);
    BigDecimal begin = answer.subtract(tolerance);
    BigDecimal bucket = begin.divide(width, 0, RoundingMode.FLOOR);
    BigDecimal offset = begin.subtract(bucket.multiply(width));
    return new Exercise(Scrambled.of(bucket.toPlainString(), salt), width, offset, hint);
  }

  /** Whether a number is asked for. */
  boolean isNumber() {
    return width != null;
  }

  /** Whether an answer is right; no number is no right answer to one that asks for a number. */
  boolean accepts(String answer, String salt) {
    if (width == null || offset == null) {
      return Scrambled.of(plain(answer), salt).equals(hash);
    }
    Optional<BigDecimal> number = number(answer);
    if (number.isEmpty()) {
      return false;
    }
    BigDecimal from = number.get().subtract(offset);
    BigDecimal bucket = from.divide(width, 0, RoundingMode.FLOOR);
    if (Scrambled.of(bucket.toPlainString(), salt).equals(hash)) {
      return true;
    }
    // the upper end belongs to the bucket too
    boolean onEdge = from.compareTo(bucket.multiply(width)) == 0;
    return onEdge
        && Scrambled.of(bucket.subtract(BigDecimal.ONE).toPlainString(), salt).equals(hash);
  }

  /** What an answer says as a number, if it is one. */
  static Optional<BigDecimal> number(String answer) {
    try {
      BigDecimal number = new BigDecimal(answer.strip());
      boolean usual = Math.abs((long) number.precision() - number.scale()) <= MOST_DIGITS;
      return usual ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Case and blanks do not matter; of two ways to write a number neither is wrong. */
  private static String plain(String answer) {
    return number(answer)
        .map(number -> number.stripTrailingZeros().toString())
        .orElseGet(() -> answer.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s,]+", " "));
  }
}
