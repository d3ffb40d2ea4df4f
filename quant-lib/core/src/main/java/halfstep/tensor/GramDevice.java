package halfstep.tensor;

/** {@link GramSum#add} on a device. */
public interface GramDevice {

  /**
   * {@code G ← decay·G + scale²·XᵀX} on and below the diagonal. Sums are taken in the order of
   * {@link GramSum}: over {@link GramSum#TOKENS} tokens at a time each is that of {@link Matmul}
   * for a product of {@link GramSum#PANEL} rows of G, so G is the processor's, bit for bit.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param scale each input is multiplied by it, and rounded, before anything else
   * @param g {@code in × in}; what is above its diagonal is of no use afterwards. As it was if the
   *     device cannot take the inputs
   * @return false if the device cannot take them; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  boolean add(Matrix inputs, float scale, float decay, Matrix g);
}
