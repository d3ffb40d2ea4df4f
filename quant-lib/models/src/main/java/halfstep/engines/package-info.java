/** What serves what: the kernels of other people's engines, and checks against them. */
@NullMarked
package halfstep.engines;

import org.jspecify.annotations.NullMarked;
