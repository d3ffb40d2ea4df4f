/** The kernel's main program. */
@NullMarked
package halfstep.kernel;

import org.jspecify.annotations.NullMarked;
