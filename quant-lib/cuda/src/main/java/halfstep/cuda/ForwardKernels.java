package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Launch;
import halfstep.forward.DecoderShape.Heads;
import halfstep.tensor.Matmul;

/**
 * The launches of a forward pass, by {@code forward.cu}, {@code attention.cu}, {@code linear.cu}.
 */
class ForwardKernels {

  /** Threads of a block where a thread takes an element. */
  static final int THREADS = 256;

  /** Rows of inputs up to which core's Matmul sums in 32 chains. */
  private static final int FEW = Matmul.FEW_ROWS;

  private static final int NORM_WARPS = 4;
  private static final int ATTENTION_THREADS = 128;

  /** Tokens of a head that a block attends to, where there is room for their weights. */
  private static final int ATTENTION_TOKENS = 8;

  private static final int TILE = 128;
  private static final int LINEAR_SHARED = 2 * 2 * 8 * (TILE + 4) * Float.BYTES;

  private final GpuDevice device;

  ForwardKernels(GpuDevice device) {
    this.device = device;
  }

  final GpuDevice device() {
    return device;
  }

  private Launch each(String kernel, long elements) {
    return Launch.ofThreads(device.kernel("forward", kernel), elements, THREADS);
  }

  /** {@code x ← rows of the embedding}, or of any matrix, by their numbers. */
  final Launch embed(
      DeviceMemory embedding, DeviceMemory numbers, DeviceMemory x, int count, int width) {
    return each("embed", (long) count * width).with(embedding, numbers, x, count, width);
  }

  /** {@code y ← norm(x)}; both may be one. */
  Launch norm(
      DeviceMemory x, DeviceMemory gain, DeviceMemory y, int rows, int width, float epsilon) {
    return Launch.of(device.kernel("forward", "rms_norm"), Math.ceilDiv(rows, NORM_WARPS), 128)
        .shared(NORM_WARPS * 4 * Double.BYTES)
        .with(x, gain, y, rows, width, epsilon);
  }

  /** Turns queries or keys, which are overwritten. */
  final Launch turn(DeviceMemory x, WindowsOnDevice windows, int heads, int headDim) {
    return each("rope", (long) windows.count() * heads * headDim / 2)
        .with(x, windows.cosines(), windows.sines(), windows.positions())
        .with(windows.count(), heads, headDim);
  }

  /** {@code gate ← silu(gate) · up}. */
  final Launch swiGlu(DeviceMemory gate, DeviceMemory up, int rows, int width) {
    return each("swiglu", (long) rows * width).with(gate, up, rows, width);
  }

  /** {@code x ← x + y}. */
  final Launch add(DeviceMemory x, DeviceMemory y, int rows, int width) {
    return each("add", (long) rows * width).with(x, y, rows, width);
  }

  /** Adds biases to each row. */
  final Launch addRows(DeviceMemory x, DeviceMemory biases, int rows, int width) {
    return each("add_rows", (long) rows * width).with(x, biases, rows, width);
  }

  /**
   * {@code y ← x · wᵀ}.
   *
   * @param all rows of inputs that the processor would multiply at once: they decide the order of
   *     its sums
   */
  Launch linear(
      DeviceMemory x, DeviceMemory w, DeviceMemory y, int batch, int rows, int columns, int all) {
    if (all <= FEW) {
      return Launch.ofThreads(device.kernel("linear", "linear_few"), 32L * rows, THREADS)
          .with(x, w, y, batch, rows, columns);
    }
    return Launch.of(device.kernel("linear", "linear"), Math.ceilDiv(rows, TILE), THREADS)
        .rows(Math.ceilDiv(batch, TILE))
        .shared(LINEAR_SHARED)
        .with(x, w, y, batch, rows, columns);
  }

  /** {@code result ← softmax(q·kᵀ/√d)·v}. */
  Launch attend(
      DeviceMemory q,
      DeviceMemory k,
      DeviceMemory v,
      WindowsOnDevice windows,
      DeviceMemory result,
      Heads heads) {
    int tokens = attentionTokens(heads, windows.longest());
    int blocks = Math.ceilDiv(windows.count(), tokens);
    return Launch.of(device.kernel("attention", "attention_" + tokens), blocks, ATTENTION_THREADS)
        .rows(heads.count())
        .shared((int) attentionBytes(tokens, heads, windows.longest()))
        .with(q, k, v, windows.firsts(), result, windows.count())
        .with(heads.count() / heads.keyValues(), heads.dim(), scale(heads))
        .with(span(tokens, heads, windows.longest()));
  }

  /** {@code 1/√d}, by which scores are multiplied. */
  static float scale(Heads heads) {
    return (float) (1 / Math.sqrt(heads.dim()));
  }

  private int attentionTokens(Heads heads, int longest) {
    return attentionBytes(ATTENTION_TOKENS, heads, longest) <= mostShared() ? ATTENTION_TOKENS : 1;
  }

  private int mostShared() {
    return device.capability().major() >= 8 ? Launch.MOST_ASKED_BYTES : Launch.MOST_SHARED_BYTES;
  }

  /** Whether a block's attention has room for windows of some length. */
  boolean fits(Heads heads, int longest) {
    return attentionBytes(1, heads, longest) <= mostShared();
  }

  /** Rows that some tokens in a row see together: the last one's window, and the others' own. */
  private static int span(int tokens, Heads heads, int longest) {
    return Math.addExact(Math.min(heads.sight(), longest), tokens - 1);
  }

  private static long attentionBytes(int tokens, Heads heads, int longest) {
    long floats = (long) span(tokens, heads, longest) + heads.dim();
    return tokens * (4 * Double.BYTES + floats * Float.BYTES);
  }
}
