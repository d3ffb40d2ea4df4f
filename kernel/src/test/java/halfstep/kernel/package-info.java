@NullMarked
package halfstep.kernel;

import org.jspecify.annotations.NullMarked;
