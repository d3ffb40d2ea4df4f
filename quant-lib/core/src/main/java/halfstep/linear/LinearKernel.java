package halfstep.linear;

/**
 * The inner loops of {@link QuantizedLinear} on one tile of {@value #ROWS} rows of weights. A lane
 * is a row, so all twins give the same bits; and so do one row of inputs and four.
 */
public interface LinearKernel {

  /** Rows of a tile. */
  int ROWS = 16;

  /** Rows of inputs that {@link #fourRows} takes at once. */
  int FOUR = 4;

  /** Inputs that one nibble of a plane covers. */
  int NIBBLE = 4;

  /** Inputs that one word of a plane covers. */
  int WORD = 32;

  /** Whether bit planes are the faster layout for codes of a width. */
  boolean prefersPlanes(int bits);

  /**
   * Words that hold several codes each, times one row of inputs. Codes are not shifted to their
   * place but masked where they lie, which multiplies them by a power of two; inputs come divided
   * by it (see {@link WordTile#place}).
   *
   * @param tile group by group; not modified
   * @param x inputs, the group's padded size apart, each times 2^−place; not modified
   * @param sums Σ x of each group; not modified
   * @param y {@value #ROWS} outputs; overwritten
   */
  void words(WordTile tile, float[] x, float[] sums, float[] y);

  /**
   * The same for four rows of inputs, which share the reading of each code.
   *
   * @param x inputs as they are, the four rows' side by side, groups their padded size apart; not
   *     modified
   * @param sums Σ x of each group, the four rows' side by side; not modified
   * @param y four times {@value #ROWS} outputs; overwritten
   */
  void fourRows(WordTile tile, float[] x, float[] sums, float[] y);

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
