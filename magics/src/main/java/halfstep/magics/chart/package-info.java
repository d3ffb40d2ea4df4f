/** From step records to charts, in one theme that reads on light and dark pages and in print. */
@NullMarked
package halfstep.magics.chart;

import org.jspecify.annotations.NullMarked;
