/** The safetensors format: read a tensor at a time, refused when anything in it does not add up. */
@NullMarked
package halfstep.safetensors;

import org.jspecify.annotations.NullMarked;
