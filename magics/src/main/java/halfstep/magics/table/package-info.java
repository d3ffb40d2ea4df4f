/** From step records to tables. Columns carry the format in which their numbers are read. */
@NullMarked
package halfstep.magics.table;

import org.jspecify.annotations.NullMarked;
