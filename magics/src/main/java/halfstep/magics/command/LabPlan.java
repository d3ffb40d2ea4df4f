package halfstep.magics.command;

import halfstep.lab.memory.ServingSettings;
import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab plan}.
 *
 * @param model a model's name, folder or name on the hub, or a known shape; the loaded model when
 *     empty
 * @param vram bytes of each device
 * @param specs widths to plan, 16 bits if empty, from the most bits to the least
 * @param settings the rest
 * @param shortened whether the context is the model's own where that is shorter: the line names
 *     none
 */
public record LabPlan(
    Optional<String> model,
    long vram,
    List<Optional<QuantSpec>> specs,
    ServingSettings settings,
    boolean shortened,
    Optional<String> as)
    implements Request.Lab {

  /** Takes a copy of the list. */
  public LabPlan {
    specs = List.copyOf(specs);
  }
}
