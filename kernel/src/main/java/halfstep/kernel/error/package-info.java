/** How failures look to the reader of a notebook. */
@NullMarked
package halfstep.kernel.error;

import org.jspecify.annotations.NullMarked;
