package halfstep.magics.command;

import halfstep.lab.draft.DraftStudy;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab draft}.
 *
 * @param plan what to try
 * @param drafts forms of the model, none of them the model itself
 * @param settings the methods' parameters
 * @param group weights that share a scale
 * @param calibration text for calibrated methods
 * @param text the file whose passages begin the texts; the project's own when empty
 */
public record LabDraft(
    DraftStudy.Plan plan,
    List<ModelWord> drafts,
    MethodSettings settings,
    int group,
    Request.Calibration calibration,
    Optional<String> text,
    Optional<String> as)
    implements Request.Lab {}
