package halfstep.magics.command;

import halfstep.lab.experts.ExpertStudy;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab experts}.
 *
 * @param plan what to try
 * @param texts files; the project's own when empty
 * @param tokens most tokens of each text
 * @param ctx tokens per window
 * @param least tokens below which an expert counts as starved
 */
public record LabExperts(
    ExpertStudy.Plan plan, List<String> texts, int tokens, int ctx, int least, Optional<String> as)
    implements Request.Lab {}
