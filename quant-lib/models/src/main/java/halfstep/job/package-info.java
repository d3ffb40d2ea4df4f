/** Whole checkpoints quantized layer by layer, into files that say how they came to be. */
@NullMarked
package halfstep.job;

import org.jspecify.annotations.NullMarked;
