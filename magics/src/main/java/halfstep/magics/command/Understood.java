package halfstep.magics.command;

/**
 * A line understood.
 *
 * @param request what to do
 * @param showing what to see of it
 */
public record Understood(Request request, Showing showing) {}
