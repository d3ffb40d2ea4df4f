package halfstep.hqq;

import halfstep.backend.Backends;
import halfstep.backend.Devices;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.Optional;

/**
 * The result of {@link HqqSolver} without its steps: the same codes and zeros, bit for bit, many
 * times sooner.
 *
 * <p>The walk goes over the matrix once per half-step; here each group takes all its half-steps
 * while it lies in the first cache. Two shortcuts are exact:
 *
 * <ul>
 *   <li>While no residual of the group leaves the dead zone, the shrunk residual is 0 and the
 *       half-step is {@code z ← mean(q − w·t)}: no power, no division.
 *   <li>If such a half-step leaves the zero where it was, and no residual leaves the dead zone of
 *       the last half-step, the smallest of all, then no later half-step moves it either.
 * </ul>
 *
 * <p>The library's stop looks at the error of the whole matrix, which is known only when all groups
 * are done. Where it fell before the last half-step, the few groups that had not settled by then
 * are solved again, up to it.
 */
public final class HqqDirect {

  private static final String WORK = "HQQ";

  /** Weights of the largest matrix that {@link #outcome} walks. */
  private static final long WALKED = 1L << 17;

  private static final HqqKernel KERNEL = Backends.kernel(HqqKernel.class, ScalarHqq::new);

  private final Matrix w;
  private final QuantSpec spec;
  private final Hqq config;
  private final Grouping grouping;
  private final HqqKernel kernel;
  private final boolean roundZero;
  private final Matrix scales;
  private final Matrix zeros;
  private final Codes codes;
  private final int[] settled;

  private HqqDirect(Matrix w, QuantSpec spec, Hqq config, boolean roundZero, HqqKernel kernel) {
    this.w = w;
    this.spec = spec;
    this.config = config;
    this.kernel = kernel;
    this.roundZero = roundZero;
    this.grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    this.scales = Matrix.zeros(params.rows(), params.cols());
    this.zeros = Matrix.zeros(params.rows(), params.cols());
    this.codes = Codes.zeros(w.shape());
    this.settled = new int[Math.toIntExact(grouping.groups())];
  }

  /** Codes and zeros, and Σ|w − ŵ| before each half-step. */
  private record Solved(QuantizedMatrix quantized, double[] errors) {}

  /**
   * What {@link HqqSolver} ends with. Options of ours take the walk.
   *
   * @param w weights, {@code out × in}; not modified
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException if the specification asks for integer zeros
   */
  public static QuantizedMatrix quantize(Matrix w, QuantSpec spec, Hqq config) {
    if (!isLibrarys(config)) {
      HqqSolver solver = new HqqSolver(w, spec, config);
      return solver.quantized(solver.result());
    }
    return solved(w, spec, config, roundsZero(spec)).quantized();
  }

  /**
   * As {@link #quantize(Matrix, QuantSpec, Hqq)}, with the error of every state on the way. A small
   * matrix takes the walk unless a device solves it: the walk is through before a young JVM has
   * compiled the direct way.
   *
   * @param w weights, {@code out × in}; not modified
   */
  public static HqqOutcome outcome(Matrix w, QuantSpec spec, Hqq config) {
    boolean small = w.size() <= WALKED && Devices.kernel(HqqDevice.class).isEmpty();
    if (small || !isLibrarys(config)) {
      HqqSolver solver = new HqqSolver(w, spec, config);
      return HqqOutcome.of(solver, solver.steps().toList());
    }
    return direct(w, spec, config);
  }

  static HqqOutcome direct(Matrix w, QuantSpec spec, Hqq config) {
    Solved solved = solved(w, spec, config, roundsZero(spec));
    return HqqOutcome.of(w, config, solved.quantized(), solved.errors());
  }

  static QuantizedMatrix quantize(Matrix w, QuantSpec spec, Hqq config, HqqKernel kernel) {
    requireFloatZeros(spec);
    FiniteCheck.require(w, "weights");
    return new HqqDirect(w, spec, config, roundsZero(spec), kernel).solve().quantized();
  }

  /** As {@link HqqSolver#withFractionalStart}. */
  static QuantizedMatrix withFractionalStart(Matrix w, QuantSpec spec, Hqq config) {
    return solved(w, spec, config, false).quantized();
  }

  private static boolean isLibrarys(Hqq config) {
    return config.options().equals(HqqOptions.LIBRARY);
  }

  private static boolean roundsZero(QuantSpec spec) {
    return spec.bits() == Bits.FOUR;
  }

  private static Solved solved(Matrix w, QuantSpec spec, Hqq config, boolean roundZero) {
    requireFloatZeros(spec);
    FiniteCheck.require(w, "weights");
    return Devices.kernel(HqqDevice.class)
        .flatMap(device -> onDevice(device, w, spec, config, roundZero))
        .orElseGet(() -> new HqqDirect(w, spec, config, roundZero, KERNEL).solve());
  }

  private static Optional<Solved> onDevice(
      HqqDevice device, Matrix w, QuantSpec spec, Hqq config, boolean roundZero) {
    int size = spec.grouping(w.shape()).size();
    HqqPlan whole = new HqqPlan(spec, config, roundZero, size, config.iterations());
    Optional<HqqPass> all = device.solve(w, spec, whole);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    double[] errors = all.get().errors();
    int result = HqqStopping.resultIndex(errors, config);
    if (all.get().settled() <= result) {
      return Optional.of(new Solved(all.get().quantized(), errors));
    }
    HqqPlan shorter = new HqqPlan(spec, config, roundZero, size, result);
    return device.solve(w, spec, shorter).map(pass -> new Solved(pass.quantized(), errors));
  }

  private static void requireFloatZeros(QuantSpec spec) {
    if (spec.zeroPoint() != ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "HQQ moves the zero continuously, but the specification asks for INTEGER zeros; use"
              + " ZeroPoint.FLOAT");
    }
  }

  private Solved solve() {
    double[] errors = pass(config.iterations(), true);
    int result = HqqStopping.resultIndex(errors, config);
    if (result < config.iterations()) {
      pass(result, false);
    }
    return new Solved(new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros)), errors);
  }

  /**
   * Solves groups up to a half-step.
   *
   * @param all whether all groups, or only those that had not settled by then
   * @return the sum of |w − ŵ| before each half-step
   */
  private double[] pass(int iterations, boolean all) {
    int perBlock = grouping.groupsPerBlock();
    double[][] errors = new double[Math.toIntExact(grouping.blocks())][];
    HqqPlan plan = new HqqPlan(spec, config, roundZero, grouping.size(), iterations);
    grouping.forEachBlock(
        WORK,
        (first, count) -> {
          errors[(int) (first / perBlock)] = new double[iterations];
          if (all || anyUnsettled((int) first, count, iterations)) {
            solveBlock(plan, (int) first, count, errors[(int) (first / perBlock)]);
          }
        });
    double[] sums = new double[iterations];
    for (double[] block : errors) {
      for (int k = 0; k < iterations; k++) {
        sums[k] += block[k];
      }
    }
    return sums;
  }

  private boolean anyUnsettled(int first, int count, int iterations) {
    for (int group = first; group < first + count; group++) {
      if (settled[group] > iterations) {
        return true;
      }
    }
    return false;
  }

  private void solveBlock(HqqPlan plan, int first, int count, double[] errors) {
    int size = grouping.size();
    float[] values = new float[count * size];
    grouping.read(w, first, count, values);
    byte[] bytes = new byte[count * size];
    float[] scale = new float[count];
    float[] zero = new float[count];
    HqqGroup group = new HqqGroup(plan, kernel);
    for (int g = 0; g < count; g++) {
      settled[first + g] = group.solve(values, g * size, errors);
      scale[g] = group.scale();
      zero[g] = group.zero();
      group.codes(bytes, g * size);
    }
    scales.write(first, scale, 0, count);
    zeros.write(first, zero, 0, count);
    grouping.write(codes, first, count, bytes);
  }
}
