@org.jspecify.annotations.NullMarked
package halfstep.text;
