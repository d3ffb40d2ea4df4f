package halfstep.lab.choose;

import halfstep.engines.EngineKernel;
import halfstep.engines.SupportTable;
import halfstep.lab.memory.ServingSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a reader has to live with.
 *
 * @param stack the engine that is to run it, if one is given
 * @param dataFree whether no text may be used to calibrate
 * @param vram bytes of each device
 * @param serving how it is served; widths are those of the candidates
 */
public record Situation(
    Optional<String> stack, boolean dataFree, long vram, ServingSettings serving) {

  private static final String PLAIN = "plain";

  /**
   * The widths that the engine has quantized kernels for, in the table's order; empty without one.
   *
   * @throws IllegalArgumentException naming all engines, if there is none of this name
   */
  public List<String> widths() {
    return stack
        .map(engine ->
            SupportTable.read().of(engine).stream()
                .filter(kernel -> !kernel.formats().contains(PLAIN))
                .map(EngineKernel::bits)
                .flatMap(List::stream)
                .distinct()
                .toList())
        .orElse(List.of());
  }
}
