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
 *     group; empty for methods without steps, or if they were not asked for
 * @param remarks what a reader should know, one sentence each: a starved expert, dead channels, a
 *     Hessian that needed more damping
 */
public record QuantizedLayer(
    String layer,
    QuantizedMatrix quantized,
    LayerError error,
    List<TraceLine> trace,
    List<String> remarks) {

  /** Takes copies of the lists. */
  public QuantizedLayer {
    trace = List.copyOf(trace);
    remarks = List.copyOf(remarks);
  }
}
