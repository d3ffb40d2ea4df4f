package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Shape;
import halfstep.testing.Golden;

/** Codes and words between golden files and the types of this package. */
final class GoldenCodes {

  private GoldenCodes() {}

  static Codes codes(Golden golden, String key) {
    long[] shape = golden.shape(key);
    return codes(golden.doubles(key), new Shape(shape[0], shape[1]));
  }

  static Codes codes(double[] values, Shape shape) {
    Codes codes = Codes.zeros(shape);
    for (int i = 0; i < values.length; i++) {
      codes.put(i, (int) values[i]);
    }
    return codes;
  }

  /** Number of words that differ from the golden tensor's, shape included. */
  static double wordsDiffering(Golden golden, String key, Packed ours) {
    long[] shape = golden.shape(key);
    double[] words = golden.doubles(key);
    if (ours.shape().rows() != shape[0] || ours.shape().cols() != shape[1]) {
      throw new AssertionError(key + " is " + shape[0] + " × " + shape[1] + ", not " + ours);
    }
    long mask = ours.wordBits() == 8 ? 0xff : 0xffffffffL;
    int different = 0;
    for (int i = 0; i < words.length; i++) {
      different += ((long) words[i] & mask) == ours.word(i) ? 0 : 1;
    }
    return different;
  }
}
