package halfstep.magics.command;

import halfstep.lab.memory.ServingSettings;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab allocate}.
 *
 * @param grid the ways of quantizing a layer
 * @param budgets bits per weight to spend; what the rule of thumb takes when empty
 * @param calibration text to choose on
 * @param text the file to measure allocations on; the project's own when empty
 * @param measure most tokens of it
 */
public record LabAllocate(
    Request.Grid grid,
    List<Double> budgets,
    Optional<Device> device,
    Request.Calibration calibration,
    Optional<String> text,
    int measure,
    Optional<String> as)
    implements Request.Lab {

  /** Takes a copy of the list. */
  public LabAllocate {
    budgets = List.copyOf(budgets);
  }

  /**
   * A device to fill.
   *
   * @param vram its bytes
   * @param serving what else has to find room on it
   */
  public record Device(long vram, ServingSettings serving) {}
}
