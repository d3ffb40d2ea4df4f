/** A small extension of the lineage, used over the wire, in our kernel and in a plain one. */
@NullMarked
package halfstep.sample;

import org.jspecify.annotations.NullMarked;
