/**
 * Halfstep in the notebook and in JShell: the extension that registers the magics, and the same
 * commands as a static method.
 */
@NullMarked
package halfstep.magics;

import org.jspecify.annotations.NullMarked;
