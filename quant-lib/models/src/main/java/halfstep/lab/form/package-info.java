/** How a model is quantized, for experiments that try several ways. */
@NullMarked
package halfstep.lab.form;

import org.jspecify.annotations.NullMarked;
