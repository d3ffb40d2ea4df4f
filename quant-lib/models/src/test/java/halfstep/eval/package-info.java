@org.jspecify.annotations.NullMarked
package halfstep.eval;
