/** Quantizing with a researcher's own solver for groups, checked at the border. */
@NullMarked
package halfstep.custom;

import org.jspecify.annotations.NullMarked;
