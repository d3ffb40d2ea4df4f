/**
 * Kernels on the Vector API, an incubator module: its classes are touched only after the module was
 * seen. Every hot method holds few vector statements; one too many, and the compiler gives up
 * inlining and boxes every vector, which costs a factor of 3 to 10 without a word.
 *
 * <p>Nor may a loop that calls a method of ours be entered for nothing. The compiler inlines by how
 * often a call ran each time its method was entered; after a lesson on tiny matrices that is hardly
 * ever, the call stays a call, and its vectors go through memory for the rest of the JVM's life,
 * which costs a factor of 3 to 50. So loops over whole vectors are entered only where there is one,
 * and what a loop does seldom calls only the Vector API.
 */
@NullMarked
package halfstep.backend.vector;

import org.jspecify.annotations.NullMarked;
