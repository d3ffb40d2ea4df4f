/** What commands remember between cells: the model, the walk, parameters, calibration. */
@NullMarked
package halfstep.magics.session;

import org.jspecify.annotations.NullMarked;
