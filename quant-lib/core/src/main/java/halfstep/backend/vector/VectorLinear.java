package halfstep.backend.vector;

import halfstep.linear.LinearKernel;
import halfstep.linear.PlaneTile;
import halfstep.linear.ScalarLinear;
import halfstep.linear.WordTile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A vector holds some of a tile's 16 rows. Bit planes need a permutation of 16 entries, so vectors
 * of 16 lanes; with narrower ones planes take the plain loops.
 */
final class VectorLinear implements LinearKernel {

  private static final int L = Lanes.COUNT;
  private static final boolean WIDE = Lanes.COUNT == ROWS;
  private static final ScalarLinear PLAIN = new ScalarLinear();

  /** Not before planes were measured beside words on vectors of 16 lanes. */
  @Override
  public boolean prefersPlanes(int bits) {
    return false;
  }

  @Override
  public void words(WordTile tile, float[] x, float[] sums, float[] y) {
    float[] dots = new float[ROWS];
    Arrays.fill(y, 0f);
    int stride = tile.wordsPerGroup() * ROWS;
    for (int group = 0; group < tile.groups(); group++) {
      int from = group * tile.padded();
      for (int row = 0; row < ROWS; row += 2 * L) {
        if (WIDE) {
          oneVector(tile, group * stride, x, from, dots);
        } else {
          twoVectors(tile, group * stride + row, x, from, dots, row);
        }
      }
      addScaled(dots, 0, tile, group, sums[group], y, 0);
    }
  }

  /**
   * Σ q·x of one group, in twice as many rows as a vector has lanes. The methods with loops hold
   * these and nothing else: if they grow, the compiler keeps their vectors in memory. A word's last
   * two codes are taken without {@link #code}, for groups of less than a word never get there.
   */
  private static void twoVectors(
      WordTile tile, int at, float[] x, int from, float[] dots, int row) {
    int[] words = tile.words();
    int[] masks = tile.masks();
    int last = tile.perWord() - 2;
    int shift = (tile.perWord() - 1) * tile.bits();
    int end = from + tile.padded();
    FloatVector even0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector even1 = even0;
    FloatVector odd0 = even0;
    FloatVector odd1 = even0;
    for (int i = from; i < end; at += ROWS) {
      IntVector codes0 = IntVector.fromArray(Lanes.INTS, words, at);
      IntVector codes1 = IntVector.fromArray(Lanes.INTS, words, at + L);
      int slots = Math.min(last, end - i);
      for (int slot = 0; slot < slots; slot += 2, i += 2) {
        FloatVector input = FloatVector.broadcast(Lanes.FLOATS, x[i]);
        even0 = code(codes0, masks[slot]).fma(input, even0);
        even1 = code(codes1, masks[slot]).fma(input, even1);
        input = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
        odd0 = code(codes0, masks[slot + 1]).fma(input, odd0);
        odd1 = code(codes1, masks[slot + 1]).fma(input, odd1);
      }
      if (i < end) {
        IntVector q0 = codes0.and(masks[last]);
        IntVector q1 = codes1.and(masks[last]);
        FloatVector input = FloatVector.broadcast(Lanes.FLOATS, x[i]);
        even0 = ((FloatVector) q0.convert(VectorOperators.I2F, 0)).fma(input, even0);
        even1 = ((FloatVector) q1.convert(VectorOperators.I2F, 0)).fma(input, even1);
        q0 = codes0.lanewise(VectorOperators.LSHR, shift);
        q1 = codes1.lanewise(VectorOperators.LSHR, shift);
        input = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
        odd0 = ((FloatVector) q0.convert(VectorOperators.I2F, 0)).fma(input, odd0);
        odd1 = ((FloatVector) q1.convert(VectorOperators.I2F, 0)).fma(input, odd1);
        i += 2;
      }
    }
    even0.add(odd0).intoArray(dots, row);
    even1.add(odd1).intoArray(dots, row + L);
  }

  /** The same where one vector holds all rows. */
  private static void oneVector(WordTile tile, int at, float[] x, int from, float[] dots) {
    int[] words = tile.words();
    int[] masks = tile.masks();
    int last = tile.perWord() - 2;
    int shift = (tile.perWord() - 1) * tile.bits();
    int end = from + tile.padded();
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = even;
    for (int i = from; i < end; at += ROWS) {
      IntVector codes = IntVector.fromArray(Lanes.INTS, words, at);
      int slots = Math.min(last, end - i);
      for (int slot = 0; slot < slots; slot += 2, i += 2) {
        even = code(codes, masks[slot]).fma(FloatVector.broadcast(Lanes.FLOATS, x[i]), even);
        odd = code(codes, masks[slot + 1]).fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 1]), odd);
      }
      if (i < end) {
        FloatVector q = (FloatVector) codes.and(masks[last]).convert(VectorOperators.I2F, 0);
        even = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i]), even);
        IntVector top = codes.lanewise(VectorOperators.LSHR, shift);
        q = (FloatVector) top.convert(VectorOperators.I2F, 0);
        odd = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 1]), odd);
        i += 2;
      }
    }
    even.add(odd).intoArray(dots, 0);
  }

  private static FloatVector code(IntVector codes, int mask) {
    return (FloatVector) codes.and(mask).convert(VectorOperators.I2F, 0);
  }

  @Override
  public void fourRows(WordTile tile, float[] x, float[] sums, float[] y) {
    float[] dots = new float[FOUR * ROWS];
    Arrays.fill(y, 0f);
    int stride = tile.wordsPerGroup() * ROWS;
    for (int group = 0; group < tile.groups(); group++) {
      for (int row = 0; row < ROWS; row += L) {
        fourRows(tile, group * stride + row, x, FOUR * group * tile.padded(), dots, row);
      }
      for (int r = 0; r < FOUR; r++) {
        addScaled(dots, r * ROWS, tile, group, sums[FOUR * group + r], y, r * ROWS);
      }
    }
  }

  /** Σ q·x of one group and four rows of inputs, in one vector's rows of weights. */
  private static void fourRows(WordTile tile, int at, float[] x, int from, float[] dots, int row) {
    int[] words = tile.words();
    int bits = tile.bits();
    int mask = (1 << bits) - 1;
    int end = from + FOUR * tile.padded();
    FloatVector even0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector even1 = even0;
    FloatVector even2 = even0;
    FloatVector even3 = even0;
    FloatVector odd0 = even0;
    FloatVector odd1 = even0;
    FloatVector odd2 = even0;
    FloatVector odd3 = even0;
    for (int i = from; i < end; at += ROWS) {
      IntVector codes = IntVector.fromArray(Lanes.INTS, words, at);
      int last = Math.min(i + FOUR * tile.perWord(), end);
      for (; i < last; i += 2 * FOUR) {
        FloatVector q = code(codes, mask);
        even0 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i]), even0);
        even1 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 1]), even1);
        even2 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 2]), even2);
        even3 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 3]), even3);
        codes = codes.lanewise(VectorOperators.LSHR, bits);
        q = code(codes, mask);
        odd0 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 4]), odd0);
        odd1 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 5]), odd1);
        odd2 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 6]), odd2);
        odd3 = q.fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 7]), odd3);
        codes = codes.lanewise(VectorOperators.LSHR, bits);
      }
    }
    even0.add(odd0).intoArray(dots, row);
    even1.add(odd1).intoArray(dots, row + ROWS);
    even2.add(odd2).intoArray(dots, row + 2 * ROWS);
    even3.add(odd3).intoArray(dots, row + 3 * ROWS);
  }

  /** y ← y + s·(Σ q·x − z·Σ x) in all rows of a tile. */
  private static void addScaled(
      float[] dots, int from, WordTile tile, int group, float sum, float[] y, int to) {
    for (int row = 0; row < ROWS; row += L) {
      FloatVector dot = FloatVector.fromArray(Lanes.FLOATS, dots, from + row);
      FloatVector one = scaled(dot, tile.scales(), tile.zeros(), group * ROWS + row, sum);
      FloatVector.fromArray(Lanes.FLOATS, y, to + row).add(one).intoArray(y, to + row);
    }
  }

  /** s·(Σ q·x − z·Σ x) */
  private static FloatVector scaled(
      FloatVector dot, float[] scales, float[] zeros, int at, float sum) {
    FloatVector zero = FloatVector.fromArray(Lanes.FLOATS, zeros, at).mul(sum);
    return dot.sub(zero).mul(FloatVector.fromArray(Lanes.FLOATS, scales, at));
  }

  @Override
  public void planes(PlaneTile tile, int[] tables, float[] sums, float[] y) {
    if (!WIDE) {
      PLAIN.planes(tile, tables, sums, y);
      return;
    }
    int words = tile.wordsPerPlane();
    FloatVector total = FloatVector.zero(Lanes.FLOATS);
    for (int group = 0; group < tile.groups(); group++) {
      FloatVector dot = FloatVector.zero(Lanes.FLOATS);
      int at = group * tile.bits() * words * ROWS;
      for (int plane = 0; plane < tile.bits(); plane++) {
        FloatVector sum = plane(tile.words(), at, words, tables, group * words * TABLES);
        dot = dot.add(sum.mul(1 << plane));
        at += words * ROWS;
      }
      total = total.add(scaled(dot, tile.scales(), tile.zeros(), group * ROWS, sums[group]));
    }
    total.intoArray(y, 0);
  }

  /** Entries of the tables of one word. */
  private static final int TABLES = 16 * WORD / NIBBLE;

  /** Σ of the inputs whose bit is set, in one plane of one group. */
  private static FloatVector plane(int[] words, int at, int count, int[] tables, int table) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int k = 0; k < count; k++) {
      IntVector word = IntVector.fromArray(Lanes.INTS, words, at + k * ROWS);
      int t = table + k * TABLES;
      a = a.add(subset(word, tables, t));
      b = b.add(subset(word.lanewise(VectorOperators.LSHR, 4), tables, t + 16));
      c = c.add(subset(word.lanewise(VectorOperators.LSHR, 8), tables, t + 32));
      d = d.add(subset(word.lanewise(VectorOperators.LSHR, 12), tables, t + 48));
      a = a.add(subset(word.lanewise(VectorOperators.LSHR, 16), tables, t + 64));
      b = b.add(subset(word.lanewise(VectorOperators.LSHR, 20), tables, t + 80));
      c = c.add(subset(word.lanewise(VectorOperators.LSHR, 24), tables, t + 96));
      d = d.add(subset(word.lanewise(VectorOperators.LSHR, 28), tables, t + 112));
    }
    return a.add(c).add(b.add(d));
  }

  /** The table's entry of each lane's lowest four bits. */
  private static FloatVector subset(IntVector bits, int[] tables, int at) {
    IntVector entries = IntVector.fromArray(Lanes.INTS, tables, at);
    return bits.and(15).selectFrom(entries).reinterpretAsFloats();
  }
}
