@NullMarked
package halfstep.kernel.error;

import org.jspecify.annotations.NullMarked;
