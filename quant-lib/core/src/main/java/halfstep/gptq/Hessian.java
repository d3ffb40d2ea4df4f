package halfstep.gptq;

import halfstep.quant.FiniteCheck;
import halfstep.tensor.GramSum;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/**
 * The second derivative of a layer's squared output error, {@code H = (2/N)·XᵀX}, as a running mean
 * over batches, so that calibration text of any length fits.
 *
 * <p>{@code N} counts sequences, not tokens, as in the reference: batches of unequal length weigh
 * by their tokens all the same, and a factor common to all of {@code H} changes no code. Memory:
 * {@code 4·in²} bytes, and the same again for a moment while a batch is added.
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">GPTQ, section 3</a>; reference: IST-DASLab/gptq
 *     {@code gptq.py}, add_batch
 */
public final class Hessian {

  private final GramSum sum;
  private long sequences;
  private long tokens;
  private boolean broken;

  /**
   * A Hessian that has seen nothing.
   *
   * @param channels number of the layer's inputs, at least 1
   */
  public Hessian(int channels) {
    sum = new GramSum(channels);
  }

  /** The Hessian of one sequence. */
  public static Hessian of(Matrix inputs) {
    Hessian hessian = new Hessian(Math.toIntExact(inputs.cols()));
    hessian.add(inputs, 1);
    return hessian;
  }

  /**
   * Adds a batch: {@code H ← H·N/(N+n); N ← N+n; H ← H + (2/N)·XᵀX}.
   *
   * @param inputs of the layer, {@code tokens × in}; not modified
   * @param count how many sequences the tokens come from, n; at least 1
   * @throws ShapeException if the number of channels differs
   * @throws halfstep.quant.NonFiniteException if an input is NaN or infinite
   * @throws halfstep.tensor.InterruptedWork if interrupted; if part of the batch was added by then,
   *     this Hessian is of no use
   */
  public void add(Matrix inputs, int count) {
    if (inputs.cols() != channels()) {
      throw new ShapeException(
          "activations of %s have %d channels, but the Hessian has %d"
              .formatted(inputs.shape(), inputs.cols(), channels()));
    }
    if (count < 1) {
      throw new IllegalArgumentException("%d sequences are none; at least 1".formatted(count));
    }
    requireWhole();
    FiniteCheck.require(inputs, "activations");
    float decay = (float) ((double) sequences / (sequences + count));
    float scale = (float) Math.sqrt(2.0 / (sequences + count));
    broken = true;
    sum.add(inputs, scale, decay);
    broken = false;
    sequences += count;
    tokens += inputs.rows();
  }

  /** Number of input channels. */
  public int channels() {
    return sum.channels();
  }

  /** Number of sequences seen: N. */
  public long sequences() {
    return sequences;
  }

  /** Number of tokens seen; fewer than channels leave the Hessian singular before damping. */
  public long tokens() {
    return tokens;
  }

  /**
   * {@code H}, {@code in × in}, symmetric; shared, not to be modified.
   *
   * @throws IllegalStateException if no batch was added, or one only in part
   */
  public Matrix matrix() {
    requireWhole();
    if (tokens == 0) {
      throw new IllegalStateException(
          "no token reached this layer; calibrate with more or longer text");
    }
    return sum.matrix();
  }

  boolean isBroken() {
    return broken;
  }

  private void requireWhole() {
    if (broken) {
      throw new IllegalStateException(
          "this Hessian was interrupted while a batch was added, so that it holds part of it;"
              + " start a new one");
    }
  }

  @Override
  public String toString() {
    return "Hessian of %d channels over %d tokens in %d sequences"
        .formatted(channels(), tokens, sequences);
  }
}
