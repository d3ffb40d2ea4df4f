/** JMH benchmarks of core: {@code ./halfstep bench}. */
@NullMarked
package halfstep.bench;

import org.jspecify.annotations.NullMarked;
