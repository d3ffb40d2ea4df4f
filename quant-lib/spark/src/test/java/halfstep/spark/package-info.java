@org.jspecify.annotations.NullMarked
package halfstep.spark;
