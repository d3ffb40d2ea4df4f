/** What cells read: {@code System.in} as questions to the front end. */
@NullMarked
package halfstep.kernel.input;

import org.jspecify.annotations.NullMarked;
