@NullMarked
package halfstep.kernel.history;

import org.jspecify.annotations.NullMarked;
