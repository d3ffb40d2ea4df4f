@org.jspecify.annotations.NullMarked
package halfstep.job;
