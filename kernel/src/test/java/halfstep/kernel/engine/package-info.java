@NullMarked
package halfstep.kernel.engine;

import org.jspecify.annotations.NullMarked;
