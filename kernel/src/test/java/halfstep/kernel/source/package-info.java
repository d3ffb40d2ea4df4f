@NullMarked
package halfstep.kernel.source;

import org.jspecify.annotations.NullMarked;
