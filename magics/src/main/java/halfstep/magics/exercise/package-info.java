/** Exercises whose right answers are kept scrambled, so that a notebook may carry them. */
@NullMarked
package halfstep.magics.exercise;

import org.jspecify.annotations.NullMarked;
