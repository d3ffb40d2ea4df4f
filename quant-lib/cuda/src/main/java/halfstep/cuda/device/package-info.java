/**
 * What the GPU's kernels need of a device, whatever binding reaches it: memory, streams, kernels,
 * launches. Knows no binding and no method of quantization.
 */
@NullMarked
package halfstep.cuda.device;

import org.jspecify.annotations.NullMarked;
