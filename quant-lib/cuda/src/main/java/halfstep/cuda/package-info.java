/**
 * Twins of core's solvers on an NVIDIA GPU. Found by core through {@link
 * halfstep.backend.DeviceProvider}; nothing else depends on this module.
 */
@NullMarked
package halfstep.cuda;

import org.jspecify.annotations.NullMarked;
