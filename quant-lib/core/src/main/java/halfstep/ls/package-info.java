/** Least squares over scale and zero: our own solver, which goes beyond HQQ in weight error. */
@NullMarked
package halfstep.ls;

import org.jspecify.annotations.NullMarked;
