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
    float[] even = new float[ROWS];
    float[] odd = new float[ROWS];
    int perWord = tile.perWord();
    Arrays.fill(y, 0f);
    for (int group = 0, word = 0; group < tile.groups(); group++) {
      Arrays.fill(even, 0f);
      Arrays.fill(odd, 0f);
      int at = group * tile.padded();
      int end = at + tile.padded();
      for (int first = at; first < end; first += perWord, word++) {
        int codes = Math.min(perWord, end - first);
        for (int row = 0; row < ROWS; row++) {
          int bits = tile.words()[word * ROWS + row];
          int mask = (1 << tile.bits()) - 1;
          for (int k = 0; k < codes; k += 2) {
            // Σ q·x
            even[row] = Math.fma(bits & mask, x[first + k], even[row]);
            odd[row] = Math.fma(bits >>> tile.bits() & mask, x[first + k + 1], odd[row]);
            bits >>>= 2 * tile.bits() % Integer.SIZE;
          }
        }
      }
      for (int row = 0; row < ROWS; row++) {
        add(even[row] + odd[row], tile.scales(), tile.zeros(), group, row, sums[group], y);
      }
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
