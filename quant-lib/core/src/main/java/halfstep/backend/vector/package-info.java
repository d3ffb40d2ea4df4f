/**
 * Kernels on the Vector API, an incubator module: its classes are touched only after the module was
 * seen. Every hot method holds few vector statements; one too many, and the compiler gives up
 * inlining and boxes every vector, which costs a factor of 3 to 10 without a word.
 */
@NullMarked
package halfstep.backend.vector;

import org.jspecify.annotations.NullMarked;
