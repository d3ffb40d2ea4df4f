@org.jspecify.annotations.NullMarked
package halfstep.engines;
