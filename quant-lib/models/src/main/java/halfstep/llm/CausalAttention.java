package halfstep.llm;

import halfstep.llm.ModelConfig.Attention;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/**
 * {@code softmax(q·kᵀ/√d)·v} with each token seeing itself and what precedes it in its own window,
 * no further back than the model's sight. Query head {@code h} reads key-value head {@code h /
 * (heads / keyValueHeads)}.
 */
final class CausalAttention {

  /** Multiplications below which handing heads to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 17;

  private final Heads heads;

  CausalAttention(Attention config) {
    this.heads = Heads.of(config);
  }

  /**
   * All windows and heads.
   *
   * @param q turned queries, {@code tokens × heads·headDim}; not modified
   * @param k turned keys as the past laid them, {@code … × keyValueHeads·headDim}; not modified
   * @param v values, as {@code k}; not modified
   * @return a new matrix, {@code tokens × heads·headDim}
   */
  Matrix attend(Matrix q, Matrix k, Matrix v, Stretch stretch) {
    TokenWindows windows = stretch.windows();
    Matrix result = Matrix.zeros(q.rows(), q.cols());
    int past = stretch.past().tokens();
    long work = 2L * heads.headDim() * windows.longest() * (past + windows.longest());
    long all = (long) windows.count() * heads.count();
    long atOnce = Math.clamp(Math.ceilDiv(LEAST_WORK, work), 1, all);
    Parallel.blocks(
        Math.ceilDiv(all, atOnce),
        "attention",
        block -> {
          for (long index = block * atOnce; index < Math.min(all, (block + 1) * atOnce); index++) {
            int window = (int) (index / heads.count());
            int head = (int) (index % heads.count());
            if (windows.length(window) == 1) {
              new OneQuery(heads, k, v, stretch, window, head).attend(q, result);
            } else {
              new WindowHead(heads, k, v, stretch, window, head).attend(q, result);
            }
          }
        });
    return result;
  }
}
