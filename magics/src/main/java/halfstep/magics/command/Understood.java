package halfstep.magics.command;

import halfstep.backend.DeviceChoice;

/**
 * A line understood.
 *
 * @param request what to do
 * @param showing what to see of it
 * @param device where to compute
 */
public record Understood(Request request, Showing showing, DeviceChoice device) {}
