package halfstep.lab.memory;

/**
 * One layer of a forward pass, on one device.
 *
 * @param layer its full name; {@code lm_head} for the output head
 * @param activations bytes of what is read, written and still needed while it runs
 * @param workspace bytes of its weights in 16 bits, if they are dequantized whole before the
 *     product; a fused kernel needs none of them
 */
public record MemoryStep(String layer, long activations, long workspace) {

  /** Both. */
  public long bytes(boolean fused) {
    return activations + (fused ? 0 : workspace);
  }
}
