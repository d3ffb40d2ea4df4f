@NullMarked
package halfstep.lab;

import org.jspecify.annotations.NullMarked;
