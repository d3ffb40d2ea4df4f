/** The text of a cell: which lines are magics, which are Java, and the words of a magic's line. */
@NullMarked
package halfstep.kernel.source;

import org.jspecify.annotations.NullMarked;
