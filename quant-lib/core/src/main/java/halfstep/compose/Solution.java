package halfstep.compose;

import halfstep.awq.AwqReport;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.ls.LeastSquaresDirect;
import halfstep.ls.LeastSquaresSolver;
import halfstep.ls.LeastSquaresStep;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Calibrated;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Step;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantized matrix with the steps that led to it.
 *
 * @param quantized the last step's codes
 * @param steps in order; none for methods that take none, or whose steps were skipped
 * @param remarks what a reader should know, one sentence each; empty if all went well
 */
public record Solution(QuantizedMatrix quantized, List<Step> steps, List<String> remarks) {

  private static final String ALONE = "layer";

  /** Takes copies of the lists. */
  public Solution {
    steps = List.copyOf(steps);
    remarks = List.copyOf(remarks);
  }

  private Solution(QuantizedMatrix quantized, List<? extends Step> steps) {
    this(quantized, List.copyOf(steps), List.of());
  }

  /**
   * Quantizes with a method that needs no data.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the method's kind; {@link DataFree#fitted} makes them so
   * @param steps changes nothing but whether the solution has them
   */
  public static Solution dataFree(Matrix w, QuantSpec spec, DataFree method, Steps steps) {
    return switch (steps) {
      case KEPT -> dataFree(w, spec, method);
      case SKIPPED -> new Solution(Quantize.dataFree(w, spec, method), List.of());
    };
  }

  /**
   * Quantizes with a method that needs no data, and keeps its steps.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the method's kind; {@link DataFree#fitted} makes them so
   */
  public static Solution dataFree(Matrix w, QuantSpec spec, DataFree method) {
    return switch (method) {
      case Rtn _, Custom _ -> new Solution(Quantize.dataFree(w, spec, method), List.of());
      case Hqq config -> {
        HqqSolver solver = new HqqSolver(w, spec, config);
        List<HqqStep> steps = solver.steps().toList();
        yield new Solution(solver.quantized(steps.getLast()), steps);
      }
      case LeastSquares(int rounds) -> walked(new LeastSquaresSolver(w, spec, rounds));
    };
  }

  /**
   * Quantizes one layer with a method that needs its inputs, judged on the layer's own output, and
   * keeps its steps.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the method's kind; {@link Calibrated#fitted} makes them so
   * @param inputs recorded inputs of the layer, {@code tokens × in}, one sequence; not modified
   */
  public static Solution calibrated(Matrix w, QuantSpec spec, Calibrated method, Matrix inputs) {
    return calibrated(w, spec, method, inputs, Steps.KEPT);
  }

  /** The same; searches and column blocks are steps that no way leads around: always kept. */
  static Solution calibrated(
      Matrix w, QuantSpec spec, Calibrated method, Matrix inputs, Steps steps) {
    return switch (method) {
      case Gptq config -> gptq(w, spec, config, Hessian.of(inputs));
      case WeightedLeastSquares config -> weighted(w, spec, config, Activations.of(inputs), steps);
      case Awq config -> {
        AwqReport report = alone(w, spec, config, inputs);
        ScaledLayer layer = new ScaledLayer(ALONE, w, report.scales(config), inputs);
        yield layer.solve(spec, config).after(report);
      }
      case AwqThen config -> {
        AwqReport report = alone(w, spec, config.scales(), inputs);
        ScaledLayer layer = new ScaledLayer(ALONE, w, report.scales(config.scales()), inputs);
        yield layer.solve(spec, config, steps).after(report);
      }
    };
  }

  private static AwqReport alone(Matrix w, QuantSpec spec, Awq config, Matrix inputs) {
    List<Activations> activations = List.of(Activations.of(inputs));
    return AwqReport.search(
        List.of(ALONE),
        List.of(w),
        config.fitted(spec),
        config,
        activations,
        Inspected.layer(inputs));
  }

  private Solution after(AwqReport report) {
    List<Step> all = new ArrayList<>(report.steps());
    all.addAll(steps);
    List<String> said = new ArrayList<>(report.remarks());
    said.addAll(remarks);
    return new Solution(quantized, all, said);
  }

  /**
   * GPTQ.
   *
   * @param w weights, {@code out × in}; not modified
   * @param hessian of the layer's input; not modified
   */
  public static Solution gptq(Matrix w, QuantSpec spec, Gptq config, Hessian hessian) {
    GptqSolver solver = new GptqSolver(w, spec, config, hessian);
    List<GptqStep> steps = solver.solved();
    List<String> remarks = new ArrayList<>();
    if (solver.damping().isRaised()) {
      remarks.add(solver.damping().toString());
    }
    if (solver.deadChannels() > 0) {
      remarks.add(
          "%d of %d channels are dead: no token drove them, so their weights are 0"
              .formatted(solver.deadChannels(), hessian.channels()));
    }
    return new Solution(solver.quantized(steps), List.copyOf(steps), remarks);
  }

  /**
   * Least squares weighted by the activations' second moments.
   *
   * @param w weights, {@code out × in}; not modified
   * @param activations statistics of the layer's input
   * @param steps changes nothing but whether the solution has them
   */
  public static Solution weighted(
      Matrix w, QuantSpec spec, WeightedLeastSquares method, Activations activations, Steps steps) {
    LeastSquaresSolver solver =
        new LeastSquaresSolver(w, spec, method.rounds(), activations.meanSquare());
    return switch (steps) {
      case KEPT -> walked(solver);
      case SKIPPED -> new Solution(LeastSquaresDirect.quantize(solver), List.of());
    };
  }

  private static Solution walked(LeastSquaresSolver solver) {
    List<LeastSquaresStep> steps = solver.steps().toList();
    return new Solution(solver.quantized(steps.getLast()), steps);
  }
}
