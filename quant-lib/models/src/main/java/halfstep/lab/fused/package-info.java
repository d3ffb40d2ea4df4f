/** Two ways to multiply with quantized weights: turn them back first, or use codes as they lie. */
@NullMarked
package halfstep.lab.fused;

import org.jspecify.annotations.NullMarked;
