/** The vocabulary of quantization: specifications, methods, codes, and the one summation order. */
@NullMarked
package halfstep.quant;

import org.jspecify.annotations.NullMarked;
