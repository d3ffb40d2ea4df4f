/** Round to nearest: the baseline, and the grid that every other method starts from. */
@NullMarked
package halfstep.rtn;

import org.jspecify.annotations.NullMarked;
