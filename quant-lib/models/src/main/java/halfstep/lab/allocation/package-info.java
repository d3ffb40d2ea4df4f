/** How to spend a budget of bytes: which layers get more bits. */
@NullMarked
package halfstep.lab.allocation;

import org.jspecify.annotations.NullMarked;
