package halfstep.magics.run;

import halfstep.eval.Domain;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.llm.Model;
import halfstep.magics.command.Request;
import halfstep.magics.session.Passage;
import halfstep.magics.session.Texts;
import halfstep.quant.QuantMethod;
import halfstep.text.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment reads: text that calibrates, and other text that is evaluated.
 *
 * @param calibrating for calibrated methods
 * @param evaluating what figures are of
 */
record LabText(Passage calibrating, Passage evaluating) {

  /**
   * Reads both, as much of one as of the other.
   *
   * @param text file to evaluate on; the project's own when empty
   */
  static LabText read(Stage stage, Model model, Request.Calibration limits, Optional<String> text) {
    return read(stage, model, limits, text, limits.tokens());
  }

  /**
   * Reads both.
   *
   * @param text file to evaluate on; the project's own when empty
   * @param most tokens of it
   */
  static LabText read(
      Stage stage, Model model, Request.Calibration limits, Optional<String> text, int most) {
    return new LabText(
        stage.calibration(model, limits),
        stage.texts().read(model, text.stream().toList(), Texts.EVALUATION, most, limits.ctx()));
  }

  Calibration calibration() {
    return calibrating.calibration();
  }

  Domain domain() {
    return new Domain(evaluating.name(), evaluating.tokens());
  }

  /** The text that calibrates, where something is chosen on it. */
  Domain calibrationDomain() {
    return new Domain(calibrating.name(), calibrating.tokens());
  }

  /** Windows as they were drawn. */
  Windowing windowing() {
    return Windowing.papers(evaluating.ctx());
  }

  /** What was read, and a warning if a calibrated method saw what is evaluated. */
  List<String> notes(QuantMethod... methods) {
    List<String> notes = new ArrayList<>();
    boolean calibrated =
        List.of(methods).stream().anyMatch(QuantMethod.Calibrated.class::isInstance);
    Overlap overlap = calibrating.overlap(evaluating);
    if (calibrated && overlap.isNotable()) {
      notes.add("Careful: %s.".formatted(overlap));
    }
    notes.add(
        calibrated
            ? "Evaluated on %s; calibrated on %s."
                .formatted(evaluating.label(), calibrating.label())
            : "Evaluated on %s.".formatted(evaluating.label()));
    return notes;
  }
}
