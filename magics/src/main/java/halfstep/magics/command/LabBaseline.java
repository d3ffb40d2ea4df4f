package halfstep.magics.command;

import java.util.Optional;

/**
 * {@code %lab baseline}.
 *
 * @param grid methods, widths and groups
 * @param calibration text for calibrated methods, and how much of each text is read
 * @param text the file to evaluate on; the project's own when empty
 */
public record LabBaseline(
    Request.Grid grid, Request.Calibration calibration, Optional<String> text, Optional<String> as)
    implements Request.Lab {}
