package halfstep.job;

import halfstep.metric.LayerError;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a finished job did.
 *
 * @param out the folder it filled
 * @param layers the error of each layer, in order
 * @param bitsPerWeight over all layers, with scales, zeros and padding counted
 * @param seconds wall time
 */
public record JobReport(Path out, List<LayerError> layers, double bitsPerWeight, double seconds) {

  /** Takes a copy of the list. */
  public JobReport {
    layers = List.copyOf(layers);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d layers in %.1f s, %.2f bits per weight: %s",
        layers.size(),
        seconds,
        bitsPerWeight,
        out);
  }
}
