@NullMarked
package halfstep.kernel.widget;

import org.jspecify.annotations.NullMarked;
