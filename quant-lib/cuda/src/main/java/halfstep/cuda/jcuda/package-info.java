/**
 * {@link halfstep.cuda.device.GpuDevice} on JCuda's driver API: the only package that may name
 * JCuda, so that another binding can take its place.
 */
@NullMarked
package halfstep.cuda.jcuda;

import org.jspecify.annotations.NullMarked;
