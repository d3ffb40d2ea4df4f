/** Exports against the reference libraries' own files, and against themselves. */
@org.jspecify.annotations.NullMarked
package halfstep.export;
