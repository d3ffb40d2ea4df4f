package halfstep.magics.command;

import halfstep.quant.QuantSpec;
import java.util.Optional;

/**
 * {@code %lab sensitivity}.
 *
 * @param method how layers are quantized
 * @param settings the methods' parameters
 * @param spec into what, with float zeros; the method may want others
 * @param calibration text for calibrated methods, and how much of each text is read
 * @param text the file to evaluate on; the project's own when empty
 */
public record LabSensitivity(
    MethodWord method,
    MethodSettings settings,
    QuantSpec spec,
    Request.Calibration calibration,
    Optional<String> text,
    Optional<String> as)
    implements Request.Lab {}
