/**
 * What computes: the plain loops of each method, or faster twins of them that a {@link
 * halfstep.backend.BackendProvider} offers. Knows no method; kernels are asked for by their type.
 */
@NullMarked
package halfstep.backend;

import org.jspecify.annotations.NullMarked;
