/** Whether what a model writes is a program: a measure of code that needs no data set. */
@NullMarked
package halfstep.lab.logic;

import org.jspecify.annotations.NullMarked;
