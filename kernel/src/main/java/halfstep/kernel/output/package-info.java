/**
 * What leaves the kernel on iopub: buffered text and displays in the one order in which they were
 * made.
 */
@NullMarked
package halfstep.kernel.output;

import org.jspecify.annotations.NullMarked;
