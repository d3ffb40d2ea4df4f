package halfstep.awq;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.Axis;
import halfstep.quant.ChannelScales;
import halfstep.quant.FiniteCheck;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

  private static final float LEAST_SCALE = 1e-4f;

  private final List<Matrix> linears;
  private final QuantSpec spec;
  private final Awq config;
  private final Inspected inspected;
  private final Salience salience;
  private final float[] weightMagnitude;
  private final Matrix original;

  /**
   * @param linears layers that share their input, each {@code out × in}; not modified
   * @param spec must group along axis 1; AWQ's formats hold integer zeros
   * @param activations statistics of the shared input, {@code in} channels
   * @param inspected what the layers' change is judged on; receives weights in this order
   */
  public AwqScaleSearch(
      List<Matrix> linears,
      QuantSpec spec,
      Awq config,
      Activations activations,
      Inspected inspected) {
    requireUsable(linears, spec, activations);
    this.linears = List.copyOf(linears);
    this.spec = spec;
    this.config = config;
    this.inspected = inspected;
    this.salience = Salience.of(activations);
    this.weightMagnitude = WeightMagnitude.mean(linears, spec);
    this.original = inspected.run(this.linears);
  }

  private static void requireUsable(List<Matrix> linears, QuantSpec spec, Activations activations) {
    if (spec.axis() != Axis.IN || spec.zeroPoint() != ZeroPoint.INTEGER) {
      throw new IllegalArgumentException(
          "AWQ rounds on integer zeros along axis 1, but the specification says %s zeros along axis %d"
              .formatted(spec.zeroPoint(), spec.axis().number()));
    }
    for (Matrix w : linears) {
      FiniteCheck.require(w, "weights");
      if (w.cols() != activations.channels()) {
        throw new ShapeException(
            "weights are %s but their activations have %d channels; in must agree"
                .formatted(w.shape(), activations.channels()));
      }
    }
  }

  /** Mean |x| per input channel: x̄. */
  public Salience salience() {
    return salience;
  }

  /** Mean relative magnitude of the weights per input channel: w̄; a new array. */
  public float[] weightMagnitude() {
    return weightMagnitude.clone();
  }

  /** All grid points in order, each computed when the stream reaches it. */
  public Stream<AwqStep> steps() {
    return IntStream.range(0, config.gridSize()).mapToObj(this::step);
  }

  /** The grid point with the strictly smallest loss; the first of equals. */
  public AwqStep best() {
    return best(steps().toList());
  }

  /** The best of steps already computed. */
  public static AwqStep best(List<AwqStep> steps) {
    return steps.stream()
        .min(Comparator.comparingDouble(AwqStep::outputMse))
        .orElseThrow(() -> new IllegalArgumentException("no grid points to choose from"));
  }

  /**
   * One grid point.
   *
   * @param index 0 to gridSize − 1
   */
  public AwqStep step(int index) {
    Parallel.checkInterrupt("the AWQ scale search");
    float ratio = (float) index / config.gridSize();
    return measured(index, ratio, scalesFor(ratio));
  }

  /** The point without any scaling: plain round to nearest. Duo scaling's grid does not hold it. */
  public AwqStep identity() {
    return measured(-1, 0f, ChannelScales.ones(salience.channels()));
  }

  /** Codes of one layer of the group under the scales of a step. */
  public QuantizedMatrix quantized(int layer, AwqStep step) {
    Matrix scaled = linears.get(layer).copy();
    step.scales().multiply(scaled);
    QuantizedMatrix rounded = MinMaxRounding.codes(scaled, spec);
    return new QuantizedMatrix(spec, rounded.codes(), rounded.params(), step.scales());
  }

  private AwqStep measured(int index, float ratio, ChannelScales scales) {
    List<Matrix> rounded = linears.stream().map(w -> rounded(w, scales)).toList();
    return new AwqStep(index, ratio, scales, meanSquare(original, inspected.run(rounded)));
  }

  /** W' = RTN(W · diag(s)) · diag(s)⁻¹ */
  private Matrix rounded(Matrix w, ChannelScales scales) {
    Matrix scaled = w.copy();
    scales.multiply(scaled);
    MinMaxRounding.inPlace(scaled, spec);
    scales.divide(scaled);
    return scaled;
  }

  /** s = x̄^r / (w̄^(1−r) + 1e-4), at least 1e-4, then divided by √(max s · min s). */
  private ChannelScales scalesFor(float ratio) {
    float[] s = new float[salience.channels()];
    float most = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int c = 0; c < s.length; c++) {
      float x = (float) Math.pow(salience.get(c), ratio);
      float w = (float) Math.pow(weightMagnitude[c], 1 - ratio) + 1e-4f;
      s[c] = Math.max(config.duoScaling() ? x / w : x, LEAST_SCALE);
      most = Math.max(most, s[c]);
      least = Math.min(least, s[c]);
    }
    float norm = (float) Math.sqrt(most * least);
    for (int c = 0; c < s.length; c++) {
      s[c] = Float.isFinite(s[c] / norm) ? s[c] / norm : 1f;
    }
    return ChannelScales.of(s);
  }

  private static double meanSquare(Matrix expected, Matrix actual) {
    actual.requireShape(expected.shape(), "the original output");
    int cols = Math.toIntExact(expected.cols());
    float[] e = new float[cols];
    float[] a = new float[cols];
    double sum = 0;
    for (long r = 0; r < expected.rows(); r++) {
      expected.read(r * cols, e, 0, cols);
      actual.read(r * cols, a, 0, cols);
      for (int c = 0; c < cols; c++) {
        float difference = e[c] - a[c];
        sum += (double) difference * difference;
      }
    }
    return sum / expected.size();
  }
}
