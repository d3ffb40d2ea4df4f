package halfstep.export;

import halfstep.quant.ChannelScales;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model whose channel scales went where files have room for them: the codes stay, the norm or
 * layer in front is divided by the scales, and whatever else reads those channels is multiplied.
 *
 * <p>Rows of a quantized layer are divided by dividing their groups' scales, which changes no code.
 */
final class FoldedModel extends ChangedModel {

  private final Map<String, TensorInfo> rest = new LinkedHashMap<>();

  /** By layer: columns to take as scaled. */
  private final Map<String, ChannelScales> columns = new LinkedHashMap<>();

  /** By layer or norm: what its outputs are divided by. */
  private final Map<String, ChannelScales> divided = new LinkedHashMap<>();

  private FoldedModel(QuantizedModel model) {
    super(model);
    model.rest().forEach(info -> rest.put(info.name(), info));
  }

  /**
   * The same model without channel scales.
   *
   * @throws ExportException if nothing in front of a layer can absorb its scales
   */
  static QuantizedModel of(QuantizedModel model) {
    FoldedModel folded = new FoldedModel(model);
    for (String layer : model.layers()) {
      ChannelScales scales = model.channelScales(layer);
      if (scales != null && !isOnes(scales)) {
        folded.columns.put(layer, scales);
        folded.divide(layer, scales);
      }
    }
    folded.requireReaders();
    return folded.columns.isEmpty() ? withoutOnes(model) : folded;
  }

  private static QuantizedModel withoutOnes(QuantizedModel model) {
    boolean scaled = model.layers().stream().anyMatch(layer -> model.channelScales(layer) != null);
    return scaled ? new FoldedModel(model) : model;
  }

  private static boolean isOnes(ChannelScales scales) {
    for (float scale : scales.toArray()) {
      if (scale != 1f) {
        return false;
      }
    }
    return true;
  }

  private void divide(String layer, ChannelScales scales) {
    String producer = Producers.linear(layer);
    if (producer == null) {
      producer = Producers.norm(layer);
    }
    if (producer == null || !has(producer)) {
      throw ExportException.ofLayer(
          layer,
          "nothing in front of it can absorb its channel scales; export raw or plain, which keep"
              + " them");
    }
    ChannelScales known = divided.putIfAbsent(producer, scales);
    if (known != null && !Arrays.equals(known.toArray(), scales.toArray())) {
      throw ExportException.ofLayer(
          layer,
          "it and another reader of %s have different channel scales, and one division cannot serve both"
              .formatted(producer));
    }
  }

  private boolean has(String producer) {
    return rest.containsKey(producer + ".weight") || model.layers().contains(producer);
  }

  /** Every reader of a divided norm takes its columns multiplied; a quantized one has them so. */
  private void requireReaders() {
    for (String layer : model.layers()) {
      String norm = Producers.norm(layer);
      if (norm != null && divided.containsKey(norm) && !columns.containsKey(layer)) {
        throw ExportException.ofLayer(
            layer,
            "it reads %s, which absorbs the channel scales of others, but was quantized without them; quantize all readers with AWQ, or leave this one out"
                .formatted(norm));
      }
    }
    for (TensorInfo info : rest.values()) {
      if (info.isMatrix() && info.name().endsWith(".weight")) {
        String layer = info.name().replaceFirst("\\.weight$", "");
        String norm = Producers.norm(layer);
        ChannelScales scales = norm == null ? null : divided.get(norm);
        if (scales != null) {
          columns.put(layer, scales);
        }
      }
    }
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    QuantizedMatrix q = model.layer(layer);
    GroupParams params = q.params();
    ChannelScales rows = divided.get(layer);
    if (rows != null) {
      params = new GroupParams(dividedRows(q, rows), params.zeros());
    }
    return new QuantizedMatrix(q.spec(), q.codes(), params, null, q.groupIndex());
  }

  private static Matrix dividedRows(QuantizedMatrix q, ChannelScales rows) {
    Grouping grouping = q.spec().grouping(q.shape());
    Matrix scales = q.params().scales().copy();
    if (scales.rows() != q.shape().rows()) {
      throw new ExportException(
          "rows can absorb channel scales only where groups lie within rows; quantize along axis 1, not %s"
              .formatted(q.spec().label()));
    }
    long first = q.shape().rows() - rows.channels();
    for (long group = 0; group < grouping.groups(); group++) {
      long row = grouping.index(group, 0) / q.shape().cols();
      if (row >= first) {
        scales.put(group, scales.at(group) / rows.get((int) (row - first)));
      }
    }
    return scales;
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return model.original(layer).map(weight -> folded(layer, weight.copy()));
  }

  private Matrix folded(String layer, Matrix weight) {
    ChannelScales scales = columns.get(layer);
    if (scales != null) {
      scales.multiply(weight);
    }
    ChannelScales rows = divided.get(layer);
    return rows == null ? weight : dividedRows(weight, rows);
  }

  private static Matrix dividedRows(Matrix weight, ChannelScales rows) {
    long first = weight.rows() - rows.channels();
    for (int r = 0; r < rows.channels(); r++) {
      float[] line = weight.row(first + r);
      for (int c = 0; c < line.length; c++) {
        line[c] /= rows.get(r);
      }
      weight.write((first + r) * line.length, line, 0, line.length);
    }
    return weight;
  }

  @Override
  public List<TensorInfo> rest() {
    return rest.values().stream().map(info -> changes(info.name()) ? widened(info) : info).toList();
  }

  /** A changed bfloat16 tensor would lose what float16 keeps. */
  private static TensorInfo widened(TensorInfo info) {
    DType dtype = info.dtype() == DType.F32 ? DType.F32 : DType.F16;
    return new TensorInfo(info.name(), dtype, info.shape());
  }

  private boolean changes(String tensor) {
    String owner = owner(tensor);
    return divided.containsKey(owner) || (tensor.endsWith(".weight") && columns.containsKey(owner));
  }

  private static String owner(String tensor) {
    return tensor.replaceFirst("\\.(weight|bias)$", "");
  }

  @Override
  public Matrix restMatrix(String tensor) {
    Matrix matrix = model.restMatrix(tensor);
    if (!changes(tensor)) {
      return matrix;
    }
    String owner = owner(tensor);
    ChannelScales by = divided.get(owner);
    boolean vector = matrix.rows() == 1;
    if (vector && by != null) {
      Matrix column = matrix.reshaped(matrix.cols(), 1);
      return dividedRows(column, by).reshaped(1, matrix.cols());
    }
    return folded(owner, matrix);
  }

  @Override
  public void restBytes(String tensor, Consumer<MemorySegment> use) {
    if (!changes(tensor)) {
      model.restBytes(tensor, use);
      return;
    }
    Matrix matrix = restMatrix(tensor);
    TensorInfo info = rest.get(tensor);
    boolean full = info != null && info.dtype() == DType.F32;
    use.accept(full ? matrix.segment() : HalfTensors.float16(matrix, tensor));
  }

  @Override
  public @Nullable ChannelScales channelScales(String layer) {
    return null;
  }
}
