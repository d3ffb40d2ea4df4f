/** How good a model is, and how far it is from another: perplexity and divergence. */
@NullMarked
package halfstep.eval;

import org.jspecify.annotations.NullMarked;
