package halfstep.engines;

import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.List;

/**
 * A layer that is to be served.
 *
 * @param name its full name
 * @param spec what its codes look like
 * @param shape {@code out × in}
 * @param indexed whether act-order put a group's inputs apart
 */
public record PlannedLayer(String name, QuantSpec spec, Shape shape, boolean indexed) {

  private static final List<String> ROW_PARALLEL = List.of("o_proj", "down_proj", "w2");

  /** Whether tensor parallelism cuts its inputs rather than its outputs. */
  boolean cutsInputs() {
    return ROW_PARALLEL.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Inputs on one of {@code tp} devices, rounded down. */
  long in(int tp) {
    return cutsInputs() ? shape.cols() / tp : shape.cols();
  }

  /** Outputs on one of {@code tp} devices, rounded down. */
  long out(int tp) {
    return cutsInputs() ? shape.rows() : shape.rows() / tp;
  }

  /** The side that is cut. */
  long cut() {
    return cutsInputs() ? shape.cols() : shape.rows();
  }
}
