package halfstep.awq;

import halfstep.backend.Devices;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.ChannelScales;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * AWQ's search for per-channel scales, with every grid point kept.
 *
 * <p>For layers that share their input, tries {@code s = x̄^r / w̄^(1−r)} for ratios {@code r} on a
 * grid and keeps the {@code s} whose rounded weights change the inspected output least. Scaling a
 * channel up before rounding gives it a finer grid relative to its size; the division by {@code s}
 * afterwards undoes it exactly but for the rounding.
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>paper</th><th>here</th><th>AutoAWQ</th></tr>
 * <tr><td>s_X</td><td>{@link Salience}</td><td>x_mean</td></tr>
 * <tr><td>α</td><td>ratio</td><td>ratio</td></tr>
 * <tr><td>s</td><td>{@link ChannelScales}</td><td>scales</td></tr>
 * <tr><td>L(s)</td><td>outputMse</td><td>loss</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2306.00978">AWQ, section 3.2</a>; reference: AutoAWQ {@code
 *     quantize/quantizer.py}, _search_best_scale
 */
public final class AwqScaleSearch {

  private static final int IDENTITY = -1;

  private static final String NOT_THERE =
      "AWQ: scales that are judged behind an attention or an MLP were searched by the processor; of that search the GPU takes large products alone.";

  private final List<Matrix> linears;
  private final List<QuantSpec> specs;
  private final Awq config;
  private final List<Activations> windows;
  private final Salience salience;
  private final float[] weightMagnitude;
  private final ScaleRule rule;
  private final Inspected inspected;
  private @Nullable OutputLoss loss;

  /**
   * A search whose losses are kept as one number each.
   *
   * @param linears layers that share their input, each {@code out × in}; not modified
   * @param spec must group along axis 1; AWQ's formats hold integer zeros
   * @param activations statistics of the shared input, {@code in} channels
   * @param inspected what the layers' change is judged on; receives weights in this order
   * @throws IllegalStateException if no token reached the layers; {@link AwqReport#search} gives
   *     them neutral scales instead
   * @throws halfstep.quant.NonFiniteException if weights or the unmodified output are not finite
   */
  public AwqScaleSearch(
      List<Matrix> linears,
      QuantSpec spec,
      Awq config,
      Activations activations,
      Inspected inspected) {
    this(linears, same(spec, linears), config, List.of(activations), activations, inspected);
    this.loss = OutputLoss.of(inspected, this.linears);
  }

  /**
   * A search whose losses are kept per calibration window, as {@link #bootstrap} needs them.
   *
   * @param windows statistics of the shared input, one per window, in the order of the rows of the
   *     inspected output; it has one row per token
   */
  public AwqScaleSearch(
      List<Matrix> linears,
      QuantSpec spec,
      Awq config,
      List<Activations> windows,
      Inspected inspected) {
    this(linears, same(spec, linears), config, windows, Activations.merged(windows), inspected);
    this.loss = OutputLoss.perWindow(inspected, this.linears, windows);
  }

  /**
   * A search over layers that are not all quantized alike: one specification each. What measures an
   * output is made when it is first needed, which a device may spare.
   */
  static AwqScaleSearch unlike(
      List<Matrix> linears,
      List<QuantSpec> specs,
      Awq config,
      Activations activations,
      Inspected inspected) {
    return new AwqScaleSearch(linears, specs, config, List.of(activations), activations, inspected);
  }

  static List<QuantSpec> same(QuantSpec spec, List<Matrix> linears) {
    return Collections.nCopies(linears.size(), spec);
  }

  private AwqScaleSearch(
      List<Matrix> linears,
      List<QuantSpec> specs,
      Awq config,
      List<Activations> windows,
      Activations all,
      Inspected inspected) {
    specs.forEach(AwqChecks::requireGrid);
    linears.forEach(w -> AwqChecks.requireWeights(w, all.channels()));
    this.linears = List.copyOf(linears);
    this.specs = List.copyOf(specs);
    this.config = config;
    this.windows = List.copyOf(windows);
    this.salience = Salience.of(all);
    this.weightMagnitude = WeightMagnitude.mean(linears, specs);
    this.rule = new ScaleRule(weightMagnitude, config.duoScaling());
    this.inspected = inspected;
  }

  /** Mean |x| per input channel: x̄. */
  public Salience salience() {
    return salience;
  }

  /** Mean relative magnitude of the weights per input channel: w̄; a new array. */
  public float[] weightMagnitude() {
    return weightMagnitude.clone();
  }

  /** Channels whose inputs or weights were all zero; they keep scale 1 at every ratio. */
  public List<Integer> deadChannels() {
    return rule.dead(salience.toArray());
  }

  /** All grid points in order, each computed when the stream reaches it. */
  public Stream<AwqStep> steps() {
    return IntStream.range(0, config.gridSize()).mapToObj(this::step);
  }

  /**
   * The grid point with the strictly smallest loss; the first of equals.
   *
   * @throws NoFiniteLossException if no grid point has a finite loss
   */
  public AwqStep best() {
    return best(steps().toList());
  }

  /**
   * The best of steps already computed.
   *
   * @throws NoFiniteLossException if none has a finite loss
   */
  public static AwqStep best(List<AwqStep> steps) {
    return best(List.of("these layers"), steps);
  }

  static AwqStep best(List<String> layers, List<AwqStep> steps) {
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("no grid points to choose from");
    }
    return steps.stream()
        .filter(step -> Double.isFinite(step.outputMse()))
        .min(Comparator.comparingDouble(AwqStep::outputMse))
        .orElseThrow(() -> new NoFiniteLossException(layers, steps));
  }

  /**
   * One grid point.
   *
   * @param index 0 to gridSize − 1
   */
  public AwqStep step(int index) {
    Parallel.checkInterrupt("the AWQ scale search");
    return measured(point(index));
  }

  /** What is to be measured. */
  private record Point(int index, float ratio, ChannelScales scales) {}

  private Point point(int index) {
    float ratio = (float) index / config.gridSize();
    return new Point(index, ratio, rule.scales(salience.toArray(), ratio));
  }

  private Point unscaled() {
    return new Point(IDENTITY, 0f, ChannelScales.ones(salience.channels()));
  }

  /**
   * All grid points in order, and the {@link #identity} behind them: on the device that this
   * thread's work goes to, where it has a kernel for what the layers are judged on.
   */
  List<AwqStep> all() {
    return Devices.kernel(LossDevice.class)
        .flatMap(this::onDevice)
        .orElseGet(() -> Stream.concat(steps(), Stream.of(identity())).toList());
  }

  private Optional<List<AwqStep>> onDevice(LossDevice device) {
    if (!(inspected instanceof Inspected.Layer(Matrix inputs))) {
      Devices.say(NOT_THERE);
      return Optional.empty();
    }
    IntStream grid = IntStream.range(0, config.gridSize());
    List<Point> points = Stream.concat(grid.mapToObj(this::point), Stream.of(unscaled())).toList();
    List<ChannelScales> scales = points.stream().map(Point::scales).toList();
    return device
        .losses(linears.getFirst(), specs.getFirst(), inputs, scales)
        .map(losses -> measuredThere(points, losses));
  }

  private static List<AwqStep> measuredThere(List<Point> points, double[] losses) {
    return IntStream.range(0, points.size())
        .mapToObj(i -> {
          Point point = points.get(i);
          return new AwqStep(point.index, point.ratio, point.scales, losses[i]);
        })
        .toList();
  }

  /** The point without any scaling: plain round to nearest. Duo scaling's grid does not hold it. */
  public AwqStep identity() {
    return measured(unscaled());
  }

  /** Codes of one layer of the group under the scales of a step. */
  public QuantizedMatrix quantized(int layer, AwqStep step) {
    return ScaledThen.quantize(
        linears.get(layer),
        step.scales(),
        specs.get(layer),
        (scaled, s) -> MinMaxRounding.codes(scaled, s));
  }

  /**
   * How sure the choice is: draws calibration windows with replacement, and chooses again each
   * time. Losses are those already measured, so no forward pass is needed; they were measured under
   * the scales of all windows together, which differ from a resample's only by its salience.
   *
   * @param steps the grid points of this search, all of them, in order
   * @param resamples how often to draw, at least 1; 1000 is plenty
   * @param level share of resamples that each interval holds, such as 0.95
   * @param random where draws come from; seed it to repeat them
   * @throws IllegalArgumentException if this search knows fewer than two windows with tokens
   */
  public AwqBootstrap bootstrap(
      List<AwqStep> steps, int resamples, double level, RandomGenerator random) {
    return new WindowResampling(rule, windows, steps).run(resamples, level, random);
  }

  private AwqStep measured(Point point) {
    List<Matrix> rounded =
        IntStream.range(0, linears.size())
            .mapToObj(i -> rounded(linears.get(i), specs.get(i), point.scales))
            .toList();
    return new AwqStep(point.index, point.ratio, point.scales, loss().of(rounded));
  }

  private OutputLoss loss() {
    OutputLoss made = loss;
    if (made == null) {
      made = OutputLoss.of(inspected, linears);
      loss = made;
    }
    return made;
  }

  /** W' = RTN(W · diag(s)) · diag(s)⁻¹ */
  private static Matrix rounded(Matrix w, QuantSpec spec, ChannelScales scales) {
    Matrix scaled = w.copy();
    scales.multiply(scaled);
    MinMaxRounding.inPlace(scaled, spec);
    scales.divide(scaled);
    return scaled;
  }
}
