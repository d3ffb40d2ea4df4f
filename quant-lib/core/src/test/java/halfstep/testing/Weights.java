package halfstep.testing;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded weights and specifications for properties: odd, prime and tail sizes, and the rows that
 * break quantizers. The same seed gives the same case, so a failure is repeated by its number.
 *
 * @param seed names the case
 * @param w {@code out × in}, finite
 * @param spec groups that divide it
 */
public record Weights(long seed, Matrix w, QuantSpec spec) {

  private static final int[] GROUPS = {1, 2, 3, 7, 8, 13, 16, 17, 31, 64, 127};

  private static final List<String> WIDTHS = List.of("1", "1.58", "2", "3", "4", "5", "6", "8");

  /** Case number {@code seed}. */
  public static Weights of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int group = GROUPS[random.nextInt(GROUPS.length)];
    int rows = 1 + random.nextInt(23);
    int cols = group * (1 + random.nextInt(5));
    Axis axis = random.nextBoolean() ? Axis.IN : Axis.OUT;
    Bits bits = Bits.of(WIDTHS.get(random.nextInt(WIDTHS.size())));
    ZeroPoint zeros = random.nextBoolean() ? ZeroPoint.FLOAT : ZeroPoint.INTEGER;
    int size = random.nextInt(6) == 0 ? QuantSpec.WHOLE : group;
    size = random.nextInt(12) == 0 ? QuantSpec.TENSOR : size;
    Matrix w = Matrix.zeros(rows, cols);
    for (long r = 0; r < rows; r++) {
      fill(w, r, random);
    }
    return new Weights(seed, w, new QuantSpec(bits, size, axis, zeros));
  }

  /** One row of one of the kinds that occur, or must not hurt. */
  private static void fill(Matrix w, long row, SplittableRandom random) {
    int kind = random.nextInt(8);
    float constant = (float) random.nextGaussian();
    for (long c = 0; c < w.cols(); c++) {
      float normal = (float) random.nextGaussian();
      w.set(
          row,
          c,
          switch (kind) {
            case 0 -> 0f;
            case 1 -> constant;
            case 2 -> normal * 1e-6f;
            case 3 -> normal * 300f;
            case 4 -> 0.01f + 1e-5f * normal;
            case 5 -> random.nextInt(-8, 8) * 0.125f;
            case 6 -> normal * normal * normal * 0.02f;
            default -> normal * 0.02f;
          });
    }
  }

  /** The same weights under a specification with other zeros. */
  public Weights with(ZeroPoint zeros) {
    return new Weights(seed, w, spec.with(zeros));
  }

  @Override
  public String toString() {
    return "case %d: %s, %s, %s zeros".formatted(seed, w.shape(), spec.label(), spec.zeroPoint());
  }
}
