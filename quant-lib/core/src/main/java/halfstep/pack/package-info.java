/** Codes packed into words as the engines' file formats lay them out, and back. */
@NullMarked
package halfstep.pack;

import org.jspecify.annotations.NullMarked;
