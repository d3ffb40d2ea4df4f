/** The threads that run cells, and how they are stopped. */
@NullMarked
package halfstep.kernel.interrupt;

import org.jspecify.annotations.NullMarked;
