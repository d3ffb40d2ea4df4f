/** The Jupyter wire protocol 5.4: connection file, messages, their frames and signatures. */
@NullMarked
package halfstep.kernel.protocol;

import org.jspecify.annotations.NullMarked;
