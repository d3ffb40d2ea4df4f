/** Writes the kernelspec by which Jupyter finds the kernel. */
@NullMarked
package halfstep.kernel.install;

import org.jspecify.annotations.NullMarked;
