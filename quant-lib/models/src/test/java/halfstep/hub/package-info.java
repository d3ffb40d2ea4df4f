@org.jspecify.annotations.NullMarked
package halfstep.hub;
