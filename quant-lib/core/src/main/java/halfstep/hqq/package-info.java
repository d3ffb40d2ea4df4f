/** Half-quadratic quantization: the zero point moved by alternating minimisation. */
@NullMarked
package halfstep.hqq;

import org.jspecify.annotations.NullMarked;
