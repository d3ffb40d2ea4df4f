/**
 * What a magic may ask of the kernel that runs it, and what it may offer more than a plain magic:
 * displays that change, typed variables, progress, completion and help. Free of the lineage's
 * types, so that a magic written against this package reads the same in any kernel of the lineage.
 */
@NullMarked
package halfstep.kernel.spi;

import org.jspecify.annotations.NullMarked;
