package halfstep.quant;

/** {@link CodeKernel} in a plain loop. */
public final class ScalarCodes implements CodeKernel {

  @Override
  public void weights(byte[] codes, int from, int to, float zero, float scale, float[] into) {
    for (int i = from; i < to; i++) {
      into[i] = (Byte.toUnsignedInt(codes[i]) - zero) * scale;
    }
  }
}
