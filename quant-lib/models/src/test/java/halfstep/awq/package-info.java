/** AWQ on whole models against AutoAWQ: what core's tests cannot run. */
@org.jspecify.annotations.NullMarked
package halfstep.awq;
