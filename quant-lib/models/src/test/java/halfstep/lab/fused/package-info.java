@org.jspecify.annotations.NullMarked
package halfstep.lab.fused;
