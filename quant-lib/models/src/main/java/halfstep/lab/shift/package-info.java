/** What becomes of a calibrated model on text unlike the one that calibrated it. */
@NullMarked
package halfstep.lab.shift;

import org.jspecify.annotations.NullMarked;
