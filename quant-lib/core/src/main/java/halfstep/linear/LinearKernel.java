package halfstep.linear;

/**
 * The inner loops of {@link QuantizedLinear} on one tile of {@value #ROWS} rows of weights and one
 * row of inputs. A lane is a row, so all twins give the same bits.
 */
public interface LinearKernel {

  /** Rows of a tile. */
  int ROWS = 16;

  /** Inputs that one nibble of a plane covers. */
  int NIBBLE = 4;

  /** Inputs that one word of a plane covers. */
  int WORD = 32;

  /** Whether bit planes are the faster layout for codes of a width. */
  boolean prefersPlanes(int bits);

  /**
   * Words that hold several codes each.
   *
   * @param tile group by group; not modified
   * @param x inputs, the group's padded size apart; not modified
   * @param sums Σ x of each group; not modified
   * @param y {@value #ROWS} outputs; overwritten
   */
  void words(WordTile tile, float[] x, float[] sums, float[] y);

  /**
   * Bit planes.
   *
   * @param tile group by group; not modified
   * @param tables for every {@value #NIBBLE} inputs the bits of the 16 sums of their subsets; not
   *     modified
   * @param sums Σ x of each group; not modified
   * @param y {@value #ROWS} outputs; overwritten
   */
  void planes(PlaneTile tile, int[] tables, float[] sums, float[] y);
}
