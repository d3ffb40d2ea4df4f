package halfstep.magics.table;

import halfstep.eval.Divergence;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;

/**
 * What quantizing a whole model cost.
 *
 * @param method how
 * @param spec into what
 * @param bitsPerWeight over the quantized layers, with scales, zeros and padding counted
 * @param divergence from the model in full precision
 */
public record ModelError(
    QuantMethod method, QuantSpec spec, double bitsPerWeight, Divergence divergence) {}
