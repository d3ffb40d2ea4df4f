package halfstep.compose;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipGrid;
import halfstep.awq.ClipStep;
import halfstep.awq.Clipping;
import halfstep.awq.HalfRounding;
import halfstep.quant.ChannelScales;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Step;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer whose channel scales are known, and what AWQ does next: clip limits, then codes. */
public final class ScaledLayer {

  private final String name;
  private final Matrix weight;
  private final ChannelScales scales;
  private final @Nullable Matrix input;
  private final @Nullable ChannelScales rows;

  /**
   * @param name decides whether the libraries clip it; its name within its block will do
   * @param weight {@code out × in}; not modified
   * @param scales one per input channel
   * @param input recorded inputs before scaling, {@code tokens × in}, or null if there are none and
   *     nothing can be clipped; not modified
   * @throws ShapeException if scales or inputs have other channels than the weight
   */
  public ScaledLayer(String name, Matrix weight, ChannelScales scales, @Nullable Matrix input) {
    this(name, weight, scales, input, null);
  }

  private ScaledLayer(
      String name,
      Matrix weight,
      ChannelScales scales,
      @Nullable Matrix input,
      @Nullable ChannelScales rows) {
    this.name = name;
    this.weight = weight;
    this.scales = scales;
    this.input = input;
    this.rows = rows;
    requireChannels(scales.channels(), "channel scales");
    if (input != null) {
      requireChannels(input.cols(), "channels of its inputs");
    }
  }

  private void requireChannels(long count, String what) {
    if (count != weight.cols()) {
      throw new ShapeException(
          "layer %s is %s, but there are %d %s; in must agree"
              .formatted(name, weight.shape(), count, what));
    }
  }

  /**
   * The same layer with rows that take over the division by the scales of the layer that follows.
   * Half precision alone sees a difference: elsewhere a row's factor goes through its group's step.
   *
   * @param following scales of the layer that follows, one per row, counted from the last
   */
  public ScaledLayer absorbing(ChannelScales following) {
    if (following.channels() > weight.rows()) {
      throw new ShapeException(
          "layer %s is %s, which has no rows for %d scales"
              .formatted(name, weight.shape(), following.channels()));
    }
    return new ScaledLayer(name, weight, scales, input, following);
  }

  /**
   * AWQ's own end: clip limits if asked for, then rounding, in half precision if all is to be as
   * AutoAWQ does it.
   *
   * @param spec groups along axis 1, integer or symmetric zeros
   * @return codes under the scales; its steps are those of the clip search
   */
  public Solution solve(QuantSpec spec, Awq config) {
    List<Step> steps = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Matrix clipped = clipped(spec, config, steps, remarks);
    QuantizedMatrix rounded =
        config.asLibrary() ? halfRounded(clipped, spec) : RoundToNearest.quantize(clipped, spec);
    return new Solution(rounded.under(scales), steps, remarks);
  }

  /**
   * Another method on the scaled weights, clipped first if asked for.
   *
   * @param spec its zeros must be those of the other method
   * @param ofMethod whether the other method's steps are kept
   * @return codes under the scales; its steps are those of the clip search, then the method's
   */
  public Solution solve(QuantSpec spec, AwqThen method, Steps ofMethod) {
    List<Step> steps = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Awq config = method.scales();
    Matrix clipped = clipped(config.fitted(spec), config, steps, remarks);
    Solution solved = Solution.dataFree(clipped, spec, method.then(), ofMethod);
    steps.addAll(solved.steps());
    remarks.addAll(solved.remarks());
    return new Solution(solved.quantized().under(scales), steps, remarks);
  }

  /** W · diag(s), each group clamped to the best limit. */
  private Matrix clipped(QuantSpec spec, Awq config, List<Step> steps, List<String> remarks) {
    Matrix scaled = weight.copy();
    scales.multiply(scaled);
    if (!config.clip() || input == null || !ClipGrid.clips(name)) {
      return scaled;
    }
    Matrix scaledInput = input.copy();
    scales.divide(scaledInput);
    AwqClipSearch search = new AwqClipSearch(scaled, spec, scaledInput);
    List<ClipStep> limits = search.all();
    Clipping clipping = search.best(limits);
    steps.addAll(limits);
    remarks.add("%s: clip limits of %s".formatted(name, clipping));
    return clipping.applied(scaled);
  }

  /** Rounds what a file would hold, whose rows are divided, and takes the division back. */
  private QuantizedMatrix halfRounded(Matrix scaled, QuantSpec spec) {
    if (rows == null) {
      return HalfRounding.quantize(scaled, spec);
    }
    QuantizedMatrix folded = HalfRounding.quantize(dividedRows(scaled, rows), spec);
    Matrix steps = folded.params().scales().copy();
    Grouping grouping = spec.grouping(scaled.shape());
    long first = scaled.rows() - rows.channels();
    for (long group = 0; group < steps.size(); group++) {
      long row = grouping.index(group, 0) / scaled.cols();
      if (row >= first) {
        steps.put(group, steps.at(group) * rows.get((int) (row - first)));
      }
    }
    return new QuantizedMatrix(
        spec, folded.codes(), new GroupParams(steps, folded.params().zeros()));
  }

  private static Matrix dividedRows(Matrix scaled, ChannelScales rows) {
    Matrix divided = scaled.copy();
    long first = scaled.rows() - rows.channels();
    for (int r = 0; r < rows.channels(); r++) {
      float[] line = divided.row(first + r);
      for (int c = 0; c < line.length; c++) {
        line[c] /= rows.get(r);
      }
      divided.write((first + r) * line.length, line, 0, line.length);
    }
    return divided;
  }
}
