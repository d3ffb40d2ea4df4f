/** What a model takes on a card, before it is there. */
@NullMarked
package halfstep.lab.memory;

import org.jspecify.annotations.NullMarked;
