@NullMarked
package halfstep.lab.sensitivity;

import org.jspecify.annotations.NullMarked;
