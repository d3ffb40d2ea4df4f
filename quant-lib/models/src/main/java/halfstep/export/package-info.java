/** Quantized models as other people's software reads them: written, and read back. */
@NullMarked
package halfstep.export;

import org.jspecify.annotations.NullMarked;
