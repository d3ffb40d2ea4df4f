package halfstep.lab.lora;

import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.SplittableRandom;

/** A frozen linear layer with an adapter: {@code y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ}. */
final class AdaptedLinear {

  private final Matrix w; // out × in
  private final Matrix wTransposed; // in × out
  private final Parameter a; // rank × in
  private final Parameter b; // out × rank
  private final float scale;

  /**
   * A starts evenly between ±1/√in, as in PEFT, and B at 0: the first step's network is the frozen
   * one.
   *
   * @param w {@code out × in}; not modified
   */
  AdaptedLinear(Matrix w, LoraConfig config, SplittableRandom random) {
    this.w = w;
    this.wTransposed = Dense.transposed(w);
    this.scale = config.scale();
    Matrix start = Matrix.zeros(config.rank(), w.cols());
    double bound = 1 / Math.sqrt(w.cols());
    for (long i = 0; i < start.size(); i++) {
      start.put(i, (float) (bound * (2 * random.nextDouble() - 1)));
    }
    this.a = new Parameter(start);
    this.b = new Parameter(Matrix.zeros(w.rows(), config.rank()));
  }

  /** A, then B. */
  List<Parameter> parameters() {
    return List.of(a, b);
  }

  /**
   * @param x {@code tokens × in}; kept for the way back, not modified
   */
  Pass forward(Matrix x) {
    Matrix y = Matmul.timesTransposed(x, w);
    Matrix u = Matmul.timesTransposed(x, a.value()); // tokens × rank
    Dense.add(y, Matmul.timesTransposed(u, b.value()), scale);
    return new Pass(y, dy -> back(x, u, dy));
  }

  private Matrix back(Matrix x, Matrix u, Matrix dy) {
    Matrix dyTransposed = Dense.transposed(dy);
    // ∂B = s·dyᵀ·u
    Dense.add(b.gradient(), Matmul.timesTransposed(dyTransposed, Dense.transposed(u)), scale);
    // du = dy·B
    Matrix du = Matmul.timesTransposed(dy, Dense.transposed(b.value()));
    // ∂A = s·duᵀ·x
    Dense.add(
        a.gradient(), Matmul.timesTransposed(Dense.transposed(du), Dense.transposed(x)), scale);
    // dx = dy·W + s·du·A
    Matrix dx = Matmul.timesTransposed(dy, wTransposed);
    Dense.add(dx, Matmul.timesTransposed(du, Dense.transposed(a.value())), scale);
    return dx;
  }

  /** {@code W + s·B·A}; a new matrix. */
  Matrix merged() {
    Matrix sum = w.copy();
    Dense.add(sum, Matmul.timesTransposed(b.value(), Dense.transposed(a.value())), scale);
    return sum;
  }
}
