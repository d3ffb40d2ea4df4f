@NullMarked
package halfstep.kernel.protocol;

import org.jspecify.annotations.NullMarked;
