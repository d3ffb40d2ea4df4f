package halfstep.pack;

import static halfstep.pack.GgufBlocks.BLOCK;

import halfstep.tensor.Halves;

/**
 * One block of 32 weights, in the making: scale, minimum and codes. Not shared between threads.
 *
 * <p>The quantizers round to nearest with the half going up, not to even, and compute codes from
 * the float32 scale although the block keeps its float16.
 */
final class GgufBlock {

  private final GgufBlocks format;
  private final int[] codes = new int[BLOCK];
  private float scale;
  private float minimum;

  GgufBlock(GgufBlocks format) {
    this.format = format;
  }

  /** Finds scale, minimum and codes of the weights from {@code from} on. */
  void quantize(float[] w, int from) {
    switch (format) {
      case Q4_0 -> quantizeSigned4(w, from);
      case Q4_1 -> quantizeAffine4(w, from);
      case Q8_0 -> quantizeSigned8(w, from);
    }
  }

  private void quantizeSigned4(float[] w, int from) {
    // the weight of largest magnitude, the first of equals, becomes code 0: d = w / −8
    float most = 0;
    for (int i = from; i < from + BLOCK; i++) {
      most = Math.abs(w[i]) > Math.abs(most) ? w[i] : most;
    }
    scale = most / -8f;
    minimum = 0;
    double inverse = inverse(scale);
    for (int i = 0; i < BLOCK; i++) {
      // q = min(15, trunc(w / d + 8.5)), in double, as the reference leaves no other choice
      codes[i] = Math.min(15, (int) (float) (w[from + i] * inverse + 8.5));
    }
  }

  private void quantizeAffine4(float[] w, int from) {
    float least = w[from];
    float most = w[from];
    for (int i = from; i < from + BLOCK; i++) {
      least = Math.min(least, w[i]);
      most = Math.max(most, w[i]);
    }
    // d = (max − min) / 15, m = min
    scale = (most - least) / 15f;
    minimum = least;
    float inverse = inverse(scale);
    for (int i = 0; i < BLOCK; i++) {
      // q = min(15, trunc((w − m) / d + 0.5))
      codes[i] = Math.min(15, (int) ((w[from + i] - least) * inverse + 0.5f));
    }
  }

  private void quantizeSigned8(float[] w, int from) {
    float most = 0;
    for (int i = from; i < from + BLOCK; i++) {
      most = Math.max(most, Math.abs(w[i]));
    }
    // d = max|w| / 127
    scale = most / 127f;
    minimum = 0;
    float inverse = inverse(scale);
    for (int i = 0; i < BLOCK; i++) {
      codes[i] = 128 + (int) roundHalfAway(w[from + i] * inverse);
    }
  }

  /** 1/d, or 0 where d is 0 or too small for its inverse to be finite: all codes are the zero's. */
  private static float inverse(float d) {
    float inverse = 1f / d;
    return Float.isFinite(inverse) ? inverse : 0f;
  }

  private static float roundHalfAway(float x) {
    float magnitude = Math.abs(x);
    float floor = (float) Math.floor(magnitude);
    float rounded = floor + (float) Math.floor(2 * (magnitude - floor));
    return Math.signum(x) * rounded;
  }

  /** Takes over codes of a group's grid, {@code w = (code − zero) · scale}. */
  void adopt(byte[] from, int at, float groupScale, float zero, long row, long block) {
    scale = groupScale;
    boolean affine = format == GgufBlocks.Q4_1;
    minimum = affine ? -zero * groupScale : 0;
    if (!affine && zero != Math.rint(zero)) {
      throw new IllegalArgumentException(
          "%s: the zero %s of row %d, block %d is not whole, and this format has no minimum; use Q4_1, or quantize with integer zeros"
              .formatted(format.label(), zero, row, block));
    }
    int move = affine ? 0 : format.zeroCode() - (int) zero;
    for (int i = 0; i < BLOCK; i++) {
      codes[i] = Byte.toUnsignedInt(from[at + i]) + move;
      if (codes[i] < 0 || codes[i] > format.maxCode()) {
        throw new IllegalArgumentException(
            "%s: code %d with zero %s in row %d, block %d becomes %d, but codes go from 0 to %d; use a format with more bits"
                .formatted(
                    format.label(), codes[i] - move, zero, row, block, codes[i], format.maxCode()));
      }
    }
  }

  /** Writes the block's bytes. */
  void store(byte[] into, int at, long row, long block) {
    requireHalf(scale, "scale", row, block);
    requireHalf(minimum, "minimum", row, block);
    putHalf(into, at, scale);
    if (format.headerBytes() > Short.BYTES) {
      putHalf(into, at + Short.BYTES, minimum);
    }
    int first = at + format.headerBytes();
    if (format == GgufBlocks.Q8_0) {
      for (int i = 0; i < BLOCK; i++) {
        into[first + i] = (byte) (codes[i] - 128);
      }
      return;
    }
    for (int i = 0; i < BLOCK / 2; i++) {
      into[first + i] = (byte) (codes[i] | (codes[i + BLOCK / 2] << 4));
    }
  }

  /** Reads a block's bytes; the mirror of {@link #store}. */
  void load(byte[] from, int at) {
    scale = getHalf(from, at);
    minimum = format.headerBytes() > Short.BYTES ? getHalf(from, at + Short.BYTES) : 0;
    int first = at + format.headerBytes();
    if (format == GgufBlocks.Q8_0) {
      for (int i = 0; i < BLOCK; i++) {
        codes[i] = from[first + i] + 128;
      }
      return;
    }
    for (int i = 0; i < BLOCK / 2; i++) {
      codes[i] = from[first + i] & 0xf;
      codes[i + BLOCK / 2] = (from[first + i] >>> 4) & 0xf;
    }
  }

  void dequantize(float[] into, int at) {
    int zero = format.zeroCode();
    for (int i = 0; i < BLOCK; i++) {
      float w = scale * (codes[i] - zero);
      into[at + i] = format == GgufBlocks.Q4_1 ? w + minimum : w;
    }
  }

  void copyCodes(byte[] into, int at) {
    for (int i = 0; i < BLOCK; i++) {
      into[at + i] = (byte) codes[i];
    }
  }

  private void requireHalf(float value, String what, long row, long block) {
    if (Math.abs(value) > Halves.LARGEST_FLOAT16) {
      throw new IllegalArgumentException(
          "%s: the %s %s of row %d, block %d is beyond float16, which ends at 65504; such weights need F32"
              .formatted(format.label(), what, value, row, block));
    }
  }

  private static void putHalf(byte[] into, int at, float value) {
    short bits = Float.floatToFloat16(value);
    into[at] = (byte) bits;
    into[at + 1] = (byte) (bits >>> 8);
  }

  private static float getHalf(byte[] from, int at) {
    return Float.float16ToFloat((short) ((from[at] & 0xff) | (from[at + 1] << 8)));
  }
}
