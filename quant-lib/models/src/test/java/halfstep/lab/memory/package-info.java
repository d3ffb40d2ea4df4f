@NullMarked
package halfstep.lab.memory;

import org.jspecify.annotations.NullMarked;
