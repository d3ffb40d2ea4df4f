/** One call from a matrix and a method to a quantized matrix. */
@NullMarked
package halfstep.compose;

import org.jspecify.annotations.NullMarked;
