/** What calibration data leaves behind: running activation statistics and inspected blocks. */
@NullMarked
package halfstep.calib;

import org.jspecify.annotations.NullMarked;
