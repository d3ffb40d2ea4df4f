/** Hostile files: readers are given changed bytes and held to their promises. */
@org.jspecify.annotations.NullMarked
package halfstep.fuzz;
