package halfstep.magics.command;

import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab fused}.
 *
 * @param layer a layer's name
 * @param spec what it is rounded to
 * @param rows numbers of rows of input
 * @param seconds how long to measure each product at least
 */
public record LabFused(
    String layer, QuantSpec spec, List<Integer> rows, double seconds, Optional<String> as)
    implements Request.Lab {}
