/** Libraries that cells ask for: resolved as Maven does, added to the class path of cells. */
@NullMarked
package halfstep.kernel.dependencies;

import org.jspecify.annotations.NullMarked;
