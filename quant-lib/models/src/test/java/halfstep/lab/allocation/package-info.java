@NullMarked
package halfstep.lab.allocation;

import org.jspecify.annotations.NullMarked;
