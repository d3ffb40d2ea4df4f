package halfstep.gptq;

import java.util.Optional;

/** {@link GptqSolver#steps()} on a device: all column blocks of a matrix in one call. */
public interface GptqDevice {

  /**
   * Solves every column block. All sums are taken in the order in which {@link GptqSolver#steps()}
   * takes them, so codes, grids and losses are the same, bit for bit.
   *
   * @return empty if the device cannot take this matrix; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  Optional<GptqPass> solve(GptqPlan plan);
}
