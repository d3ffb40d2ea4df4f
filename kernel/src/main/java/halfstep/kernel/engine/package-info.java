/**
 * JShell as the kernel uses it: in this process, stoppable, with the real object of each value.
 * Nothing here knows of Jupyter.
 */
@NullMarked
package halfstep.kernel.engine;

import org.jspecify.annotations.NullMarked;
