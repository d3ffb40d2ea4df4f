package halfstep.lab.draft;

import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.quant.QuantizedMatrix;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A draft in the two shapes it runs in: weights for many tokens at once, codes for few.
 *
 * @param form how it is quantized
 * @param bitsPerWeight of its layers, scales and zeros included
 * @param dense with weights
 * @param packed with codes
 */
record Draft(Form form, double bitsPerWeight, Model dense, Model packed) {

  /** Quantizes a target. */
  static Draft of(
      Model target, Form form, @Nullable Calibration calibration, DoubleConsumer progress) {
    Map<String, QuantizedMatrix> layers =
        form.quantize(target, target.layers(), calibration, progress);
    return new Draft(
        form,
        Form.bitsPerWeight(layers),
        target.withWeights(Form.weights(layers)),
        target.withQuantized(layers));
  }

  /** The same without its weights, to be kept while others are measured. */
  Draft codesOnly() {
    return new Draft(form, bitsPerWeight, packed, packed);
  }
}
