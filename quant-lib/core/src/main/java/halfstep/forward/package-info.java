/** The forward pass of a language model on a device: what it is given, and what it answers. */
@NullMarked
package halfstep.forward;

import org.jspecify.annotations.NullMarked;
