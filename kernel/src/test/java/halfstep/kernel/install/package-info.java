@NullMarked
package halfstep.kernel.install;

import org.jspecify.annotations.NullMarked;
