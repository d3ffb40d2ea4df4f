/** Fulfils requests: calls the library, shows what it answers. Nothing is computed here. */
@NullMarked
package halfstep.magics.run;

import org.jspecify.annotations.NullMarked;
