/**
 * Which request a thread works for: inherited by the threads it starts, so that late output finds
 * its own cell.
 */
@NullMarked
package halfstep.kernel.context;

import org.jspecify.annotations.NullMarked;
