/** Matrices of float32 and the half-precision formats weights are stored in. */
@NullMarked
package halfstep.tensor;

import org.jspecify.annotations.NullMarked;
