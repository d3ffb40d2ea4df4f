/** Checkpoints of any size without a download: the shapes of real models, weights like theirs. */
@NullMarked
package halfstep.synth;

import org.jspecify.annotations.NullMarked;
