package halfstep.job;

import halfstep.metric.LayerError;
import halfstep.quant.QuantizedMatrix;
import java.util.List;

/**
 * A layer that is done.
 *
 * @param layer its name
 * @param quantized its codes; shared, not to be modified
 * @param error what quantizing it cost
 * @param trace the steps that led there, and for the first layer of a scale group those of the
 *     group; empty for methods without steps
 */
public record QuantizedLayer(
    String layer, QuantizedMatrix quantized, LayerError error, List<TraceLine> trace) {

  /** Takes a copy of the trace. */
  public QuantizedLayer {
    trace = List.copyOf(trace);
  }
}
