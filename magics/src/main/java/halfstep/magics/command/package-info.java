/**
 * The words of every command, once: options, help, completion and refusals. Nothing is computed
 * here; a line becomes a {@link halfstep.magics.command.Request}, which others fulfil.
 */
@NullMarked
package halfstep.magics.command;

import org.jspecify.annotations.NullMarked;
