package halfstep.lab.experts;

/**
 * What quantizing cost one expert.
 *
 * @param expert which
 * @param form how it was quantized, such as {@code awq3}
 * @param calibration name of the text looked at; empty if none was
 * @param calibrationTokens tokens of that text
 * @param seen how many of them reached the expert
 * @param evaluated tokens on which the error was measured
 * @param error of its output, relative: ‖E(x) − Ê(x)‖ / ‖E(x)‖ over all of them
 */
public record ExpertError(
    Expert expert,
    String form,
    String calibration,
    int calibrationTokens,
    long seen,
    long evaluated,
    double error) {}
