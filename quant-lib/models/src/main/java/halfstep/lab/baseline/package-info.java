/** The ladder: what every method costs at every width, by effective bits. */
@NullMarked
package halfstep.lab.baseline;

import org.jspecify.annotations.NullMarked;
