/** Answers the requests of the shell and control channels. */
@NullMarked
package halfstep.kernel.requests;

import org.jspecify.annotations.NullMarked;
