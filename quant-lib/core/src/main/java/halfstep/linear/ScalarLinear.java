package halfstep.linear;

import java.util.Arrays;

/** {@link LinearKernel} in plain loops. */
public final class ScalarLinear implements LinearKernel {

  /** The plain loops; they keep nothing. */
  public ScalarLinear() {}

  @Override
  public boolean prefersPlanes(int bits) {
    return false;
  }

  @Override
  public void words(WordTile tile, float[] x, float[] sums, float[] y) {
    row(tile, x, sums, true, y);
  }

  @Override
  public void fourRows(WordTile tile, float[] x, float[] sums, float[] y) {
    float[] one = new float[x.length / FOUR];
    float[] itsSums = new float[sums.length / FOUR];
    float[] outputs = new float[ROWS];
    for (int r = 0; r < FOUR; r++) {
      for (int i = 0; i < one.length; i++) {
        one[i] = x[FOUR * i + r];
      }
      for (int group = 0; group < itsSums.length; group++) {
        itsSums[group] = sums[FOUR * group + r];
      }
      row(tile, one, itsSums, false, outputs);
      System.arraycopy(outputs, 0, y, r * ROWS, ROWS);
    }
  }

  private static void row(WordTile tile, float[] x, float[] sums, boolean inPlace, float[] y) {
    float[] even = new float[ROWS];
    float[] odd = new float[ROWS];
    Arrays.fill(y, 0, ROWS, 0f);
    for (int group = 0; group < tile.groups(); group++) {
      Arrays.fill(even, 0f);
      Arrays.fill(odd, 0f);
      int from = group * tile.padded();
      for (int i = 0; i < tile.padded(); i += 2) {
        // Σ q·x, codes of even and odd number apart
        multiply(tile, group, i, x[from + i], inPlace, even);
        multiply(tile, group, i + 1, x[from + i + 1], inPlace, odd);
      }
      for (int row = 0; row < ROWS; row++) {
        add(even[row] + odd[row], tile.scales(), tile.zeros(), group, row, sums[group], y);
      }
    }
  }

  private static void multiply(
      WordTile tile, int group, int i, float x, boolean inPlace, float[] chain) {
    int slot = i % tile.perWord();
    int at = (group * tile.wordsPerGroup() + i / tile.perWord()) * ROWS;
    boolean shifted = !inPlace || slot == tile.perWord() - 1;
    int shift = shifted ? slot * tile.bits() : 0;
    int mask = shifted ? tile.masks()[0] : tile.masks()[slot];
    int[] words = tile.words();
    for (int row = 0; row < ROWS; row++) {
      chain[row] = Math.fma(words[at + row] >>> shift & mask, x, chain[row]);
    }
  }

  /** y ← y + s·(Σ q·x − z·Σ x) */
  private static void add(
      float dot, float[] scales, float[] zeros, int group, int row, float sum, float[] y) {
    int i = group * ROWS + row;
    y[row] += (dot - zeros[i] * sum) * scales[i];
  }

  @Override
  public void planes(PlaneTile tile, int[] tables, float[] sums, float[] y) {
    int words = tile.wordsPerPlane();
    Arrays.fill(y, 0f);
    for (int group = 0; group < tile.groups(); group++) {
      for (int row = 0; row < ROWS; row++) {
        float dot = 0;
        for (int plane = 0; plane < tile.bits(); plane++) {
          int at = (group * tile.bits() + plane) * words;
          // Σ q·x = Σ_p 2^p · Σ bit_p·x
          dot += plane(tile, at, row, tables, group * words) * (1 << plane);
        }
        add(dot, tile.scales(), tile.zeros(), group, row, sums[group], y);
      }
    }
  }

  private static float plane(PlaneTile tile, int at, int row, int[] tables, int firstWord) {
    float[] chains = new float[4];
    for (int k = 0; k < tile.wordsPerPlane(); k++) {
      int word = tile.words()[(at + k) * ROWS + row];
      for (int nibble = 0; nibble < WORD / NIBBLE; nibble++) {
        int subset = word >>> NIBBLE * nibble & 15;
        int table = (firstWord + k) * (WORD / NIBBLE) + nibble;
        chains[nibble % 4] += Float.intBitsToFloat(tables[16 * table + subset]);
      }
    }
    return (chains[0] + chains[2]) + (chains[1] + chains[3]);
  }
}
