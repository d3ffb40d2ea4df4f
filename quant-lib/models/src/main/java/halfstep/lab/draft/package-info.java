/** A quantized model as the draft of its own original: speculative decoding and what it gains. */
@NullMarked
package halfstep.lab.draft;

import org.jspecify.annotations.NullMarked;
