/** How far a quantized weight is from the original. */
@NullMarked
package halfstep.metric;

import org.jspecify.annotations.NullMarked;
