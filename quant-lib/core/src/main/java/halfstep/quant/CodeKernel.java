package halfstep.quant;

/** The inner loop of {@link QuantizedMatrix#readRow}. All twins give the same bits. */
public interface CodeKernel {

  /**
   * The weights of a group: {@code ŵ = (code − zero) · scale}.
   *
   * @param codes unsigned bytes; not modified
   * @param into overwritten from {@code from} to {@code to}, excluded
   */
  void weights(byte[] codes, int from, int to, float zero, float scale, float[] into);
}
