@org.jspecify.annotations.NullMarked
package halfstep.plant;
