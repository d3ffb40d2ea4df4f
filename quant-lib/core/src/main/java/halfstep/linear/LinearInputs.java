package halfstep.linear;

/**
 * Rows of inputs as a kernel wants them.
 *
 * @param form which of the kernel's methods takes them
 * @param first number of the first row
 * @param count how many rows, 1 to {@value LinearKernel#FOUR}
 * @param values of {@link Form#ONE} and {@link Form#FOUR}
 * @param tables of {@link Form#TABLES}
 * @param sums Σ x of each group
 */
@SuppressWarnings("ArrayRecordComponent") // shared with the kernel, never compared
record LinearInputs(Form form, long first, int count, float[] values, int[] tables, float[] sums) {

  /** A way to lay inputs out. */
  enum Form {
    /** {@link LinearKernel#words}. */
    ONE,
    /** {@link LinearKernel#fourRows}. */
    FOUR,
    /** {@link LinearKernel#planes}. */
    TABLES
  }
}
