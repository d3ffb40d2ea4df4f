/** What was run in this session. */
@NullMarked
package halfstep.kernel.history;

import org.jspecify.annotations.NullMarked;
