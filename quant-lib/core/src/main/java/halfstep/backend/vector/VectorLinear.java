package halfstep.backend.vector;

import halfstep.linear.LinearKernel;
import halfstep.linear.PlaneTile;
import halfstep.linear.ScalarLinear;
import halfstep.linear.WordTile;
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
    int stride = tile.wordsPerGroup() * ROWS;
    for (int row = 0; row < ROWS; row += L) {
      FloatVector total = FloatVector.zero(Lanes.FLOATS);
      for (int group = 0; group < tile.groups(); group++) {
        FloatVector dot = dot(tile, group * stride + row, x, group * tile.padded());
        int at = group * ROWS + row;
        total = total.add(scaled(dot, tile.scales(), tile.zeros(), at, sums[group]));
      }
      total.intoArray(y, row);
    }
  }

  /** Σ q·x of one group. */
  private static FloatVector dot(WordTile tile, int at, float[] x, int from) {
    int bits = tile.bits();
    int mask = (1 << bits) - 1;
    int end = from + tile.padded();
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = even;
    for (int first = from, word = at; first < end; first += tile.perWord(), word += ROWS) {
      IntVector codes = IntVector.fromArray(Lanes.INTS, tile.words(), word);
      int last = Math.min(first + tile.perWord(), end);
      for (int i = first; i < last; i += 2) {
        even = code(codes, mask).fma(FloatVector.broadcast(Lanes.FLOATS, x[i]), even);
        codes = codes.lanewise(VectorOperators.LSHR, bits);
        odd = code(codes, mask).fma(FloatVector.broadcast(Lanes.FLOATS, x[i + 1]), odd);
        codes = codes.lanewise(VectorOperators.LSHR, bits);
      }
    }
    return even.add(odd);
  }

  private static FloatVector code(IntVector codes, int mask) {
    return (FloatVector) codes.and(mask).convert(VectorOperators.I2F, 0);
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
