package halfstep.job;

import halfstep.calib.Activations;
import halfstep.compose.Solution;
import halfstep.compose.Steps;
import halfstep.gptq.Hessian;
import halfstep.llm.BlockCapture;
import halfstep.llm.CaptureMemory;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.metric.OutputError;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes chosen layers one after the other and hands each on. Every layer is measured in the
 * unmodified model: none sees another's quantization error.
 */
public final class LayerQuantizer {

  private final LayerSource source;
  private final List<String> layers;
  private final LayerSpecs specs;
  private final QuantMethod method;
  private final @Nullable Calibration calibration;
  private final boolean traced;
  private CaptureMemory memory = CaptureMemory.UNBOUNDED;

  /** The same specification for all layers, and no steps kept. */
  public LayerQuantizer(
      LayerSource source,
      List<String> layers,
      QuantSpec spec,
      QuantMethod method,
      @Nullable Calibration calibration) {
    this(source, layers, LayerSpecs.of(spec), method, calibration, false);
  }

  /**
   * @param layers names of layers of {@code source}, in its order
   * @param calibration what flows through the layers, or null; data-free methods use it only to
   *     measure the error of the layers' outputs
   * @param traced whether the optimisers' steps are kept
   * @throws ShapeException naming the layer, if the groups do not divide it
   * @throws JobException if the method needs a model and calibration, and one is missing
   */
  public LayerQuantizer(
      LayerSource source,
      List<String> layers,
      LayerSpecs specs,
      QuantMethod method,
      @Nullable Calibration calibration,
      boolean traced) {
    this.source = source;
    this.layers = List.copyOf(layers);
    this.specs = specs;
    this.method = method;
    this.calibration = calibration;
    this.traced = traced;
    requirePossible();
  }

  /** Keeps the inputs of a block's layers where {@code other} says. */
  LayerQuantizer keeping(CaptureMemory other) {
    memory = other;
    return this;
  }

  private void requirePossible() {
    for (String layer : layers) {
      source.requireReadable(layer);
      try {
        specs.of(layer).grouping(source.shape(layer));
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
    run(Set.of(), (layer, sum) -> {}, Function.identity(), sink);
  }

  /**
   * Does what is left of the work: the layers of a block decide together, so all of a block's are
   * solved again unless all are done.
   *
   * @param done layers that are not handed on again
   * @param seen hears CRC-32C of each weight in its file, on another thread, where {@link
   *     #readsLayers}
   * @param finish called for each layer in order, not always on the calling thread: methods that
   *     take a layer by itself read the next and finish the one before while they solve
   * @param sink takes what that gave, in order, on the calling thread
   */
  <T> void run(
      Set<String> done,
      ObjLongConsumer<String> seen,
      Function<QuantizedLayer, T> finish,
      Consumer<T> sink) {
    if (calibration != null) {
      Consumer<QuantizedLayer> unseen =
          layer -> {
            if (!done.contains(layer.layer())) {
              sink.accept(finish.apply(layer));
            }
          };
      source
          .model()
          .ifPresent(model -> walkBlocks(model, model.embed(calibration.windows()), done, unseen));
      return;
    }
    if (method instanceof DataFree dataFree) {
      List<String> left = layers.stream().filter(layer -> !done.contains(layer)).toList();
      WeightReader reader = new WeightReader(source, traced, seen); // steps look at them later
      new Pipeline<Matrix, SolvedLayer, T>(
              reader::read,
              (layer, weight) -> JobMemory.patiently(() -> solved(layer, weight, dataFree, null)),
              solved -> finish.apply(JobMemory.patiently(() -> measured(solved))))
          .run(left, sink);
    }
  }

  /** Whether layers are read one after the other, each once. */
  boolean readsLayers() {
    return calibration == null && method instanceof DataFree;
  }

  /**
   * Does the layers of some blocks; see {@link #run(Consumer)}.
   *
   * @param entrance where the calibration text enters the first of them in the unmodified model
   */
  public void run(HiddenStates entrance, Consumer<QuantizedLayer> sink) {
    source.model().ifPresent(model -> walkBlocks(model, entrance, Set.of(), sink));
  }

  private void walkBlocks(
      Model model, HiddenStates states, Set<String> done, Consumer<QuantizedLayer> sink) {
    int left = layers.size();
    while (left > 0) {
      List<String> wanted = new ArrayList<>(model.layersOf(states.block()));
      wanted.retainAll(layers);
      if (done.containsAll(wanted)) {
        left -= wanted.size();
        if (left > 0) {
          states = model.next(states);
        }
        continue;
      }
      BlockCapture capture = model.capture(states, memory);
      block(model, capture, wanted, sink);
      left -= wanted.size();
      states = capture.output();
    }
  }

  private void block(
      Model model, BlockCapture capture, List<String> wanted, Consumer<QuantizedLayer> sink) {
    Consumer<SolvedLayer> solved = layer -> sink.accept(measured(layer));
    switch (method) {
      case DataFree dataFree -> {
        for (String layer : wanted) {
          Matrix input = capture.seen(layer).orElse(null);
          solved.accept(solved(layer, model.weight(layer), dataFree, input));
        }
      }
      case WeightedLeastSquares config -> {
        for (String layer : wanted) {
          Matrix input = capture.seen(layer).orElse(null);
          Matrix weight = model.weight(layer);
          Parallel.checkInterrupt("quantizing " + layer);
          if (input == null) {
            solved.accept(starved(layer, weight));
            continue;
          }
          Solution solution =
              Solution.weighted(weight, specs.of(layer), config, Activations.of(input), steps());
          solved.accept(SolvedLayer.of(layer, weight, solution, input));
        }
      }
      case Gptq config -> gptq(model, capture, wanted, config, solved);
      case Awq config ->
          new AwqBlock(capture, specs, config)
              .run(model, wanted, (layer, spec) -> layer.solve(spec, config), solved);
      case AwqThen both ->
          new AwqBlock(capture, specs, both.scales())
              .run(model, wanted, (layer, spec) -> layer.solve(spec, both, steps()), solved);
    }
  }

  private Steps steps() {
    return traced ? Steps.KEPT : Steps.SKIPPED;
  }

  /** Layers that read the same input share its Hessian. */
  private void gptq(
      Model model,
      BlockCapture capture,
      List<String> wanted,
      Gptq config,
      Consumer<SolvedLayer> sink) {
    Matrix seen = null;
    Hessian hessian = null;
    for (String layer : wanted) {
      Matrix input = capture.seen(layer).orElse(null);
      if (input == null) {
        sink.accept(starved(layer, model.weight(layer)));
        continue;
      }
      if (hessian == null || seen != input) {
        hessian = new Hessian(Math.toIntExact(input.cols()));
        hessian.add(input, capture.output().windows().count());
        seen = input;
      }
      Matrix weight = model.weight(layer);
      Solution solution = Solution.gptq(weight, specs.of(layer), config, hessian);
      sink.accept(SolvedLayer.of(layer, weight, solution, input));
    }
  }

  /** An expert that no token reached: there are no inputs to weigh its errors by. */
  private SolvedLayer starved(String layer, Matrix weight) {
    String remark =
        "%s: no token reached this layer; it is rounded to nearest. Calibrate with more or other text."
            .formatted(layer);
    QuantizedMatrix rounded = RoundToNearest.quantize(weight, specs.of(layer));
    return new SolvedLayer(layer, weight, rounded, List.of(), List.of(remark), null);
  }

  private SolvedLayer solved(
      String layer, Matrix weight, DataFree dataFree, @Nullable Matrix input) {
    Parallel.checkInterrupt("quantizing " + layer);
    Solution solution = Solution.dataFree(weight, specs.of(layer), dataFree, steps());
    return SolvedLayer.of(layer, weight, solution, input);
  }

  private QuantizedLayer measured(SolvedLayer solved) {
    LayerError error =
        new LayerError(
            solved.layer(),
            solved.weight().shape(),
            method,
            solved.quantized().spec(),
            solved.quantized().bitsPerWeight(),
            ErrorMetrics.between(solved.weight(), solved.quantized()),
            outputError(solved));
    return new QuantizedLayer(
        solved.layer(),
        solved.quantized(),
        error,
        traced ? solved.trace() : List.of(),
        solved.remarks());
  }

  private static OptionalDouble outputError(SolvedLayer solved) {
    Matrix input = solved.input();
    if (input == null) {
      return OptionalDouble.empty();
    }
    Matrix approximation = solved.quantized().dequantized();
    return OptionalDouble.of(OutputError.of(input, solved.weight(), approximation).relative());
  }
}
