package halfstep.job;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes chosen layers one after the other and hands each on. Every layer is measured in the
 * unmodified model: none sees another's quantization error.
 */
public final class LayerQuantizer {

  private final LayerSource source;
  private final List<String> layers;
  private final QuantSpec spec;
  private final QuantMethod method;
  private final @Nullable Calibration calibration;

  /**
   * @param layers names of layers of {@code source}, in its order
   * @param calibration what flows through the layers, or null; data-free methods use it only to
   *     measure the error of the layers' outputs
   * @throws ShapeException naming the layer, if the groups do not divide it
   * @throws JobException if the method needs a model and calibration, and one is missing
   */
  public LayerQuantizer(
      LayerSource source,
      List<String> layers,
      QuantSpec spec,
      QuantMethod method,
      @Nullable Calibration calibration) {
    this.source = source;
    this.layers = List.copyOf(layers);
    this.spec = spec;
    this.method = method;
    this.calibration = calibration;
    requirePossible();
  }

  private void requirePossible() {
    for (String layer : layers) {
      source.requireReadable(layer);
      try {
        spec.grouping(source.shape(layer));
      } catch (ShapeException e) {
        throw new ShapeException("layer %s: %s".formatted(layer, e.getMessage()));
      }
    }
    if (calibration != null && source.model().isEmpty()) {
      throw new JobException(
          "%s is a file of weights: text cannot run through it; give the model's folder"
              .formatted(source.path()));
    }
    if (method instanceof QuantMethod.Calibrated && source.model().isEmpty()) {
      throw new JobException(
          "%s needs a model folder and calibration text, but %s is a single file of weights"
              .formatted(method.label(), source.path()));
    }
    if (method instanceof QuantMethod.Calibrated && calibration == null) {
      throw new JobException(
          "%s looks at what flows through the weights; give calibration text with --calib"
              .formatted(method.label()));
    }
  }

  /**
   * Does the work.
   *
   * @param sink takes each layer as it is done, in order, on the calling thread
   * @throws halfstep.quant.NonFiniteException naming the layer, if a weight is NaN or infinite
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public void run(Consumer<QuantizedLayer> sink) {
    if (calibration != null) {
      source.model().ifPresent(model -> walkBlocks(model, calibration, sink));
      return;
    }
    if (method instanceof DataFree dataFree) {
      for (String layer : layers) {
        sink.accept(dataFree(layer, source.weight(layer), dataFree, null));
      }
    }
  }

  private void walkBlocks(Model model, Calibration data, Consumer<QuantizedLayer> sink) {
    HiddenStates states = model.embed(data.windows());
    int left = layers.size();
    while (left > 0) {
      List<String> wanted = new ArrayList<>(model.layersOf(states.block()));
      wanted.retainAll(layers);
      if (wanted.isEmpty()) {
        states = model.next(states);
        continue;
      }
      BlockCapture capture = model.capture(states);
      block(model, capture, wanted, sink);
      left -= wanted.size();
      states = capture.output();
    }
  }

  private void block(
      Model model, BlockCapture capture, List<String> wanted, Consumer<QuantizedLayer> sink) {
    switch (method) {
      case DataFree dataFree -> {
        for (String layer : wanted) {
          sink.accept(dataFree(layer, model.weight(layer), dataFree, capture.input(layer)));
        }
      }
      case Awq config -> new AwqBlock(capture, spec, config, this).run(model, wanted, sink);
    }
  }

  private QuantizedLayer dataFree(
      String layer, Matrix weight, DataFree dataFree, @Nullable Matrix input) {
    Parallel.checkInterrupt("quantizing " + layer);
    return switch (dataFree) {
      case Rtn() -> done(layer, weight, RoundToNearest.quantize(weight, spec), List.of(), input);
      case Hqq config -> {
        HqqSolver solver = new HqqSolver(weight, spec, config);
        List<HqqStep> steps = solver.steps().toList();
        QuantizedMatrix quantized = solver.quantized(steps.getLast());
        yield done(layer, weight, quantized, trace(layer, steps), input);
      }
    };
  }

  /** The library reports at each iteration the error before its update. */
  private static List<TraceLine> trace(String layer, List<HqqStep> steps) {
    List<TraceLine> lines = new ArrayList<>();
    for (int i = 1; i < steps.size(); i++) {
      HqqStep step = steps.get(i);
      if (step.index() == i) {
        lines.add(
            new TraceLine.Hqq(
                layer,
                i,
                step.beta(),
                steps.get(i - 1).meanAbsError(),
                step.zeroShift(),
                step.codesChanged(),
                step.shrinkActive()));
      }
    }
    return lines;
  }

  QuantizedLayer done(
      String layer,
      Matrix weight,
      QuantizedMatrix quantized,
      List<TraceLine> trace,
      @Nullable Matrix input) {
    Matrix dequantized = quantized.dequantized();
    LayerError error =
        new LayerError(
            layer,
            method,
            spec,
            quantized.bitsPerWeight(),
            ErrorMetrics.between(weight, dequantized),
            outputError(weight, dequantized, input));
    return new QuantizedLayer(layer, quantized, error, trace);
  }

  private static OptionalDouble outputError(
      Matrix weight, Matrix dequantized, @Nullable Matrix input) {
    if (input == null) {
      return OptionalDouble.empty();
    }
    Matrix expected = Matmul.timesTransposed(input, weight);
    Matrix actual = Matmul.timesTransposed(input, dequantized);
    return OptionalDouble.of(ErrorMetrics.between(expected, actual).relativeFrobenius());
  }
}
