/** Rescalings that leave a model's function as it is and change how well it can be quantized. */
@NullMarked
package halfstep.plant;

import org.jspecify.annotations.NullMarked;
