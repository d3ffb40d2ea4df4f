package halfstep.export;

import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/**
 * The order of query and key rows. Hugging Face turns the halves of a head against each other,
 * llama.cpp for "llama" turns neighbours: its row {@code 2i + h} of a head is Hugging Face's row
 * {@code h · d/2 + i}.
 *
 * @param heads of the rows; 0 if the order stays as it is
 * @param inverse from llama.cpp's order to Hugging Face's
 */
record HeadRows(int heads, boolean inverse) {

  static final HeadRows SAME = new HeadRows(0, false);

  /** Which row of the source becomes row {@code row}. */
  private long source(long row, long rows) {
    long dim = rows / heads;
    long head = row / dim * dim;
    long within = row % dim;
    long half = dim / 2;
    return inverse
        ? head + 2 * (within % half) + within / half
        : head + within % 2 * half + within / 2;
  }

  private void require(long rows) {
    if (rows % heads != 0 || rows / heads % 2 != 0) {
      throw new ShapeException(
          "%d rows are no %d heads of an even number of rows".formatted(rows, heads));
    }
  }

  /** A new matrix in the other order; the same one if the order stays. */
  Matrix of(Matrix matrix) {
    if (heads == 0) {
      return matrix;
    }
    require(matrix.rows());
    Matrix ordered = Matrix.zeros(matrix.rows(), matrix.cols());
    for (long r = 0; r < matrix.rows(); r++) {
      float[] row = matrix.row(source(r, matrix.rows()));
      ordered.write(r * row.length, row, 0, row.length);
    }
    return ordered;
  }

  /** The same for a quantized matrix whose groups lie within rows. */
  QuantizedMatrix of(QuantizedMatrix q) {
    if (heads == 0) {
      return q;
    }
    long rows = q.shape().rows();
    require(rows);
    Codes codes = Codes.zeros(q.shape());
    byte[] row = new byte[Math.toIntExact(q.shape().cols())];
    for (long r = 0; r < rows; r++) {
      q.codes().read(source(r, rows) * row.length, row);
      codes.write(r * row.length, row);
    }
    return new QuantizedMatrix(
        q.spec(), codes, new GroupParams(of(q.params().scales()), of(q.params().zeros())));
  }
}
