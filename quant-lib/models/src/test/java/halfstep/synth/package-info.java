@org.jspecify.annotations.NullMarked
package halfstep.synth;
