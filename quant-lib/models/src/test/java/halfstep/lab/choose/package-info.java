@NullMarked
package halfstep.lab.choose;

import org.jspecify.annotations.NullMarked;
