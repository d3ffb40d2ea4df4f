/**
 * What calibration does to a mixture of experts: who is reached, and what those lose who are not.
 */
@NullMarked
package halfstep.lab.experts;

import org.jspecify.annotations.NullMarked;
