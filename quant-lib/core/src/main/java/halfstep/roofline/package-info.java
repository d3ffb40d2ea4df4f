/** How fast products with weights are, beside what memory and arithmetic allow. */
@NullMarked
package halfstep.roofline;

import org.jspecify.annotations.NullMarked;
