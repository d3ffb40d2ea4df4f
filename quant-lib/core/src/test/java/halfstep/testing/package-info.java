/** What several tests share: reference vectors and the table of deviations from them. */
@org.jspecify.annotations.NullMarked
package halfstep.testing;
