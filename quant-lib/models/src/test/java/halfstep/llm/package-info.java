@org.jspecify.annotations.NullMarked
package halfstep.llm;
