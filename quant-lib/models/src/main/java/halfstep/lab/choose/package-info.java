/** Which method and width to take, decided by what was measured, each reason with its number. */
@NullMarked
package halfstep.lab.choose;

import org.jspecify.annotations.NullMarked;
