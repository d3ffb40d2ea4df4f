package halfstep.export;

import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * What a file or model holds.
 *
 * @param path what was opened
 * @param scheme of quantization, or {@code "not quantized"}
 * @param layers the quantized layers
 * @param tensors all others
 * @param bitsPerQuantizedWeight over the layers, scales and zeros counted; 0 without layers
 * @param bitsPerWeight over everything
 */
public record Inspection(
    String path,
    String scheme,
    List<Layer> layers,
    List<Tensor> tensors,
    double bitsPerQuantizedWeight,
    double bitsPerWeight) {

  /**
   * A quantized layer.
   *
   * @param spec as {@code 4 bit g64}
   * @param bitsPerWeight with scales and zeros
   * @param nonFinite scales, zeros or weights that are no numbers
   */
  public record Layer(
      String name, long out, long in, String spec, double bitsPerWeight, long nonFinite) {}

  /**
   * Another tensor.
   *
   * @param shape as {@code 64 × 32}
   * @param nonFinite values that are no numbers
   */
  public record Tensor(String name, String shape, String dtype, long nonFinite) {}

  /** Takes copies of the lists. */
  public Inspection {
    layers = List.copyOf(layers);
    tensors = List.copyOf(tensors);
  }

  /**
   * Looks.
   *
   * @param values whether to read every value and count those that are no numbers
   * @param listener hears how far it is, 0 to 1
   */
  public static Inspection of(Path path, boolean values, DoubleConsumer listener) {
    return QuantizedModels.isQuantized(path)
        ? quantized(QuantizedModels.open(path), values, listener)
        : floats(path, values, listener);
  }

  private static Inspection quantized(
      QuantizedModel model, boolean values, DoubleConsumer listener) {
    List<Layer> layers = new ArrayList<>();
    double bits = 0;
    double weights = 0;
    int total = model.layers().size() + model.rest().size();
    for (String name : model.layers()) {
      Parallel.checkInterrupt("reading " + name);
      QuantizedMatrix q = model.layer(name);
      long bad = values ? nonFinite(q.dequantized()) : 0;
      double perWeight = q.bitsPerWeight();
      layers.add(
          new Layer(name, q.shape().rows(), q.shape().cols(), q.spec().label(), perWeight, bad));
      bits += perWeight * q.shape().size();
      weights += q.shape().size();
      listener.accept((double) layers.size() / total);
    }
    double quantized = weights == 0 ? 0 : bits / weights;
    List<Tensor> tensors = new ArrayList<>();
    for (TensorInfo info : model.rest()) {
      Parallel.checkInterrupt("reading " + info.name());
      boolean readable = values && info.dtype().isWeight() && info.shape().size() < 3;
      tensors.add(tensor(info, readable ? nonFinite(model.restMatrix(info.name())) : 0));
      bits += (double) info.elements() * info.dtype().bits();
      weights += info.elements();
      listener.accept((double) (layers.size() + tensors.size()) / total);
    }
    double all = weights == 0 ? 0 : bits / weights;
    return new Inspection(model.path().toString(), model.scheme(), layers, tensors, quantized, all);
  }

  private static Inspection floats(Path path, boolean values, DoubleConsumer listener) {
    TensorFiles files = TensorFiles.open(path);
    List<Tensor> tensors = new ArrayList<>();
    double bits = 0;
    double weights = 0;
    for (String name : files.names()) {
      Parallel.checkInterrupt("reading " + name);
      TensorInfo info = files.info(name);
      boolean readable =
          values
              && info.dtype().isWeight()
              && info.elements() > 0
              && (info.shape().size() == 1 || info.shape().size() == 2);
      tensors.add(tensor(info, readable ? nonFinite(files.matrix(name)) : 0));
      bits += (double) info.elements() * info.dtype().bits();
      weights += info.elements();
      listener.accept((double) tensors.size() / files.names().size());
    }
    double all = weights == 0 ? 0 : bits / weights;
    return new Inspection(path.toString(), "not quantized", List.of(), tensors, 0, all);
  }

  private static Tensor tensor(TensorInfo info, long nonFinite) {
    String shape = String.join(" × ", info.shape().stream().map(String::valueOf).toList());
    return new Tensor(info.name(), shape, info.dtype().name(), nonFinite);
  }

  private static long nonFinite(Matrix matrix) {
    long count = 0;
    for (long r = 0; r < matrix.rows(); r++) {
      for (float value : matrix.row(r)) {
        count += Float.isFinite(value) ? 0 : 1;
      }
    }
    return count;
  }
}
