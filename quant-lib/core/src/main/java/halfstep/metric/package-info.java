/** How far a quantized weight is from the original, and what a model then says. */
@NullMarked
package halfstep.metric;

import org.jspecify.annotations.NullMarked;
