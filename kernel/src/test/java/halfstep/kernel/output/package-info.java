@NullMarked
package halfstep.kernel.output;

import org.jspecify.annotations.NullMarked;
