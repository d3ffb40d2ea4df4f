/**
 * What happens to a cell: running its parts, completing and inspecting it. Knows magics by an
 * interface only.
 */
@NullMarked
package halfstep.kernel.cell;

import org.jspecify.annotations.NullMarked;
