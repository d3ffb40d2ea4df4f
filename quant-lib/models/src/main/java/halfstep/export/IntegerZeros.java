package halfstep.export;

import halfstep.quant.Axis;
import halfstep.quant.ChannelScales;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/**
 * A model whose float zeros became codes: per group the rounded zero with codes found anew, or
 * round-to-nearest's own integer grid, whichever is nearer to the weights.
 *
 * <p>The weights are the original ones where they are known, else those that the float solution
 * stands for; under channel scales, multiplied by them. The scales stay as they are.
 */
final class IntegerZeros extends ChangedModel {

  private IntegerZeros(QuantizedModel model) {
    super(model);
  }

  /** The same model if all its zeros are codes already. */
  static QuantizedModel of(QuantizedModel model) {
    boolean whole =
        model.layers().stream()
            .allMatch(layer -> ZeroPoint.INTEGER.holds(model.spec(layer).zeroPoint()));
    return whole ? model : new IntegerZeros(model);
  }

  @Override
  public QuantSpec spec(String layer) {
    QuantSpec spec = model.spec(layer);
    return ZeroPoint.INTEGER.holds(spec.zeroPoint()) ? spec : spec.with(ZeroPoint.INTEGER);
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    QuantizedMatrix q = model.layer(layer);
    if (ZeroPoint.INTEGER.holds(q.spec().zeroPoint())) {
      return q;
    }
    if (q.spec().axis() != Axis.IN || q.groupIndex() != null) {
      throw ExportException.ofLayer(
          layer,
          "--zero integer takes groups of consecutive inputs, not %s".formatted(q.spec().label()));
    }
    Matrix w = model.original(layer).map(Matrix::copy).orElseGet(q::dequantized);
    ChannelScales channels = q.channelScales();
    if (channels == null) {
      return rounded(w, q);
    }
    channels.multiply(w);
    return rounded(w, q).under(channels);
  }

  private static QuantizedMatrix rounded(Matrix w, QuantizedMatrix q) {
    QuantSpec spec = q.spec().with(ZeroPoint.INTEGER);
    QuantizedMatrix plain = RoundToNearest.quantize(w, spec);
    Grouping grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    Matrix scales = plain.params().scales().copy();
    Matrix zeros = plain.params().zeros().copy();
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    int most = spec.maxCode();
    grouping.forEachBlock(
        w,
        "rounding zeros",
        (values, first, count) -> {
          float[] line = new float[size];
          for (int g = 0; g < count; g++) {
            long group = first + g;
            float scale = q.params().scale(group);
            float zero = Math.clamp((float) Math.rint(q.params().zero(group)), 0f, most);
            double moved = fit(values, g * size, line, scale, zero, most);
            double fresh = fit(values, g * size, line, scales.at(group), zeros.at(group), most);
            if (moved <= fresh) {
              scales.put(group, scale);
              zeros.put(group, zero);
            }
            fit(values, g * size, line, scales.at(group), zeros.at(group), most);
            System.arraycopy(line, 0, values, g * size, size);
          }
          grouping.write(codes, first, count, values);
        });
    scales.requireShape(params, "the groups");
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  /** Codes of one group on a grid, and the squared error they leave. */
  private static double fit(float[] w, int from, float[] codes, float scale, float zero, int most) {
    double error = 0;
    for (int i = 0; i < codes.length; i++) {
      // q = clamp(round(w / s + z), 0, Q)
      codes[i] = Math.clamp((float) Math.rint(w[from + i] / scale + zero), 0f, most);
      double difference = (codes[i] - zero) * scale - w[from + i];
      error += difference * difference;
    }
    return error;
  }
}
