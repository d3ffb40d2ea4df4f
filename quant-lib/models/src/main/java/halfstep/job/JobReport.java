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
 * @param remarks what a reader should know, one sentence each
 * @param seconds wall time
 */
public record JobReport(
    Path out, List<LayerError> layers, double bitsPerWeight, List<String> remarks, double seconds) {

  /** Takes copies of the lists. */
  public JobReport {
    layers = List.copyOf(layers);
    remarks = List.copyOf(remarks);
  }

  static JobReport of(Path out, List<LayerError> layers, List<String> remarks, double seconds) {
    return new JobReport(out, layers, LayerError.bitsPerWeight(layers), remarks, seconds);
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
