package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Matrix;

/** Zeros as codes: what formats with integer zeros store. */
final class ZeroCodes {

  private ZeroCodes() {}

  /**
   * Whole zeros as codes.
   *
   * @param zeros {@code out × groups}, in code units; not modified
   * @param least the smallest zero the format can store
   * @param most the largest one
   * @return the same numbers less {@code least}
   */
  static Codes of(Matrix zeros, int least, int most, String label) {
    Codes codes = Codes.zeros(zeros.shape());
    int cols = Math.toIntExact(zeros.cols());
    float[] line = new float[cols];
    byte[] bytes = new byte[cols];
    for (long row = 0; row < zeros.rows(); row++) {
      zeros.read(row * cols, line, 0, cols);
      for (int group = 0; group < cols; group++) {
        float zero = line[group];
        if (zero != Math.rint(zero) || zero < least || zero > most) {
          throw new IllegalArgumentException(
              "%s: the zero %s of row %d, group %d is no whole number from %d to %d, the only ones the format stores; quantize with integer zeros, or choose a format with float zeros"
                  .formatted(label, zero, row, group, least, most));
        }
        bytes[group] = (byte) (zero - least);
      }
      codes.write(row * cols, bytes);
    }
    return codes;
  }

  static Matrix toMatrix(Codes codes) {
    Matrix zeros = Matrix.zeros(codes.shape().rows(), codes.shape().cols());
    int cols = Math.toIntExact(zeros.cols());
    float[] line = new float[cols];
    byte[] bytes = new byte[cols];
    for (long row = 0; row < zeros.rows(); row++) {
      codes.read(row * cols, bytes);
      for (int group = 0; group < cols; group++) {
        line[group] = Byte.toUnsignedInt(bytes[group]);
      }
      zeros.write(row * cols, line, 0, cols);
    }
    return zeros;
  }
}
