/**
 * Activation-aware weight quantization: scales and clip limits found on grids, and their folding.
 */
@NullMarked
package halfstep.awq;

import org.jspecify.annotations.NullMarked;
