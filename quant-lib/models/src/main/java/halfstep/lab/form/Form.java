package halfstep.lab.form;

import halfstep.job.Calibration;
import halfstep.job.LayerQuantizer;
import halfstep.job.LayerSource;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizedLayer;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A way to quantize a model's layers.
 *
 * @param name for tables, such as {@code hqq3}
 * @param method how
 * @param specs into what, layer by layer
 */
public record Form(String name, QuantMethod method, LayerSpecs specs) {

  /** The same specification for all layers. */
  public Form(String name, QuantMethod method, QuantSpec spec) {
    this(name, method, LayerSpecs.of(spec));
  }

  /** A method at a width, with the zeros that it finds: {@code hqq3}. */
  public static Form of(QuantMethod method, int bits, int groupSize) {
    QuantSpec spec = method.fitted(QuantSpec.of(bits, groupSize));
    return new Form(method.label() + bits, method, spec);
  }

  /**
   * Solves some layers, each as if the others stayed as they are.
   *
   * @param source of the layers
   * @param layers full names, in the source's order
   * @param calibration what a calibrated method looks at; data-free ones are not told
   * @param progress hears the share done, 0 to 1
   * @return by full name, in order
   * @throws halfstep.job.JobException if the method needs calibration and there is none
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Map<String, QuantizedLayer> solve(
      LayerSource source,
      List<String> layers,
      @Nullable Calibration calibration,
      DoubleConsumer progress) {
    Map<String, QuantizedLayer> solved = new LinkedHashMap<>();
    boolean looks = method instanceof QuantMethod.Calibrated;
    new LayerQuantizer(source, layers, specs, method, looks ? calibration : null, false)
        .run(layer -> {
          solved.put(layer.layer(), layer);
          progress.accept((double) solved.size() / layers.size());
        });
    return solved;
  }

  /** The codes that {@link #solve} finds for layers of a model in memory. */
  public Map<String, QuantizedMatrix> quantize(
      Model model,
      List<String> layers,
      @Nullable Calibration calibration,
      DoubleConsumer progress) {
    return codes(solve(LayerSource.of(model), layers, calibration, progress));
  }

  /** Codes alone, by full name. */
  public static Map<String, QuantizedMatrix> codes(Map<String, QuantizedLayer> layers) {
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    layers.forEach((name, layer) -> codes.put(name, layer.quantized()));
    return codes;
  }

  /** Codes turned back into weights, by full name. */
  public static Map<String, Matrix> weights(Map<String, QuantizedMatrix> layers) {
    Map<String, Matrix> weights = new LinkedHashMap<>();
    layers.forEach((name, quantized) -> weights.put(name, quantized.dequantized()));
    return weights;
  }

  /** What a weight of these layers costs, scales and zeros included. */
  public static double bitsPerWeight(Map<String, QuantizedMatrix> layers) {
    double bits = 0;
    double weights = 0;
    for (QuantizedMatrix layer : layers.values()) {
      bits += layer.bitsPerWeight() * layer.shape().size();
      weights += layer.shape().size();
    }
    return bits / weights;
  }
}
