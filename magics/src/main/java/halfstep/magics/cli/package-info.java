/** The command line: the batch commands, their exit statuses and their one-sentence errors. */
@NullMarked
package halfstep.magics.cli;

import org.jspecify.annotations.NullMarked;
