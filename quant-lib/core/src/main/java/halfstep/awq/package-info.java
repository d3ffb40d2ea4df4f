/** Activation-aware weight quantization: per-channel scales found on a grid. */
@NullMarked
package halfstep.awq;

import org.jspecify.annotations.NullMarked;
