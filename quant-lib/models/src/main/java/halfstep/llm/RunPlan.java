package halfstep.llm;

import halfstep.llm.ModelConfig.Attention;
import halfstep.tensor.Shape;
import java.util.Locale;

/**
 * What running a model takes, before it runs. Either all weights are kept as float32, or those of
 * the linear layers, the embedding and the head are read from their mapped files whenever they are
 * used, {@value PanelProduct#ROWS} rows of a matrix per core. The JVM's own memory and what
 * quantizing takes come on top.
 *
 * @param kept whether all weights are kept
 * @param weights bytes of the weights held
 * @param cache bytes of keys and values
 * @param rows bytes of the rows that pass through a block, and of a core's attention
 */
public record RunPlan(boolean kept, long weights, long cache, long rows) {

  private static final double MEBIBYTE = 1 << 20;

  /**
   * The fastest way within a bound.
   *
   * @param tokens of the longest text, prompt included
   * @param most bytes to take; {@link Long#MAX_VALUE} for no bound
   * @throws ModelException with the numbers, if even the frugal way takes more
   */
  public static RunPlan of(Model model, int tokens, long most) {
    RunPlan keeping = plan(model, tokens, true);
    if (keeping.bytes() <= most) {
      return keeping;
    }
    RunPlan frugal = plan(model, tokens, false);
    if (frugal.bytes() <= most) {
      return frugal;
    }
    throw new ModelException(
        "a text of %d tokens takes %s, more than the %s allowed; shorten it, or allow %d MiB"
            .formatted(
                tokens, frugal, mebibytes(most), (long) Math.ceil(frugal.bytes() / MEBIBYTE)));
  }

  private static RunPlan plan(Model model, int tokens, boolean kept) {
    ModelConfig config = model.config();
    return new RunPlan(
        kept,
        kept ? all(model) : inUse(model),
        Decoder.bytes(config, tokens),
        (long) Float.BYTES * tokens * floatsPerToken(config));
  }

  private static long all(Model model) {
    return model.tensors().values().stream().mapToLong(Shape::size).sum() * Float.BYTES;
  }

  /** Vectors, which are always kept, and a panel per core of the widest matrix. */
  private static long inUse(Model model) {
    long vectors = 0;
    long widest = 0;
    for (Shape shape : model.tensors().values()) {
      vectors += shape.rows() == 1 ? shape.cols() : 0;
      widest = Math.max(widest, Math.min(shape.rows(), PanelProduct.ROWS) * shape.cols());
    }
    return Float.BYTES * (vectors + widest * Runtime.getRuntime().availableProcessors());
  }

  /** The stream, its norm, q, k, v and what is attended, gate and up, down, and a head per core. */
  private static long floatsPerToken(ModelConfig config) {
    Attention attention = config.attention();
    long cores = Runtime.getRuntime().availableProcessors();
    return 3L * config.hiddenSize()
        + 2 * attention.queryWidth()
        + 2 * attention.keyValueWidth()
        + 2L * config.intermediateSize()
        + 2 * attention.headDim() * cores;
  }

  /** All of it. */
  public long bytes() {
    return weights + cache + rows;
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
  }

  /** {@code 7.1 MiB: weights 5.3 (kept as float32), cache 0.6, working rows 1.2}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (weights %s %s, cache %s, working rows %s)",
        mebibytes(bytes()),
        mebibytes(weights),
        kept ? "kept as float32" : "read as they are used",
        mebibytes(cache),
        mebibytes(rows));
  }
}
