/** Jobs whose layers are solved by the executors of an Apache Spark cluster. */
@NullMarked
package halfstep.spark;

import org.jspecify.annotations.NullMarked;
