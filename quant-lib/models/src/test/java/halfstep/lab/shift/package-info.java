@NullMarked
package halfstep.lab.shift;

import org.jspecify.annotations.NullMarked;
