@NullMarked
package halfstep.lab.baseline;

import org.jspecify.annotations.NullMarked;
