/**
 * What a peer on the wire, a connection file or a cell may bring: targets of {@code halfstep.fuzz}.
 */
@org.jspecify.annotations.NullMarked
package halfstep.magics.fuzz;
