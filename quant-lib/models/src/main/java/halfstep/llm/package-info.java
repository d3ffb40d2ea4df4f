/** Language models: one description of a block drives the forward pass and AWQ's groups. */
@NullMarked
package halfstep.llm;

import org.jspecify.annotations.NullMarked;
