@org.jspecify.annotations.NullMarked
package halfstep.lab.experts;
