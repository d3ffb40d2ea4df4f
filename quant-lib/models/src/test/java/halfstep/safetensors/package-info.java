@org.jspecify.annotations.NullMarked
package halfstep.safetensors;
