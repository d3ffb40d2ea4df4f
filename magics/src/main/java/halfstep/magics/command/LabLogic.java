package halfstep.magics.command;

import halfstep.lab.logic.LogicStudy;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab logic}.
 *
 * @param plan how much to try
 * @param forms of the model, beside the model itself
 * @param settings the methods' parameters
 * @param group weights that share a scale
 * @param calibrations texts; a calibrated form is tried on each
 * @param tokens most tokens of each
 */
public record LabLogic(
    LogicStudy.Plan plan,
    List<ModelWord> forms,
    MethodSettings settings,
    int group,
    List<String> calibrations,
    int tokens,
    Optional<String> as)
    implements Request.Lab {}
