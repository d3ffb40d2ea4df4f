@NullMarked
package halfstep.kernel.lineage;

import org.jspecify.annotations.NullMarked;
