/** GPTQ: column by column, each column's rounding error made good by the columns still to come. */
@NullMarked
package halfstep.gptq;

import org.jspecify.annotations.NullMarked;
