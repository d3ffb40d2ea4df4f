/** Which layers hurt: some quantized while all others stay as they are. */
@NullMarked
package halfstep.lab.sensitivity;

import org.jspecify.annotations.NullMarked;
