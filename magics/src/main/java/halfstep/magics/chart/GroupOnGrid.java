package halfstep.magics.chart;

import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of one group, smallest first, with their codes and the grid that these stand on.
 *
 * @param weights at most {@link #MOST} of them, evenly taken from the sorted ones
 * @param codes of these weights
 * @param size how many weights the group has
 */
record GroupOnGrid(
    List<Weight> weights, List<Integer> codes, int size, float zero, float scale, int maxCode) {

  /** More dots than pixels say nothing. */
  static final int MOST = 256;

  /**
   * A weight.
   *
   * @param index in the matrix' row-major order
   */
  record Weight(long index, float value) {}

  /**
   * Looks at a group.
   *
   * @param w weights, {@code out × in}; not modified
   * @param quantized their codes, without channel scales; not modified
   */
  static GroupOnGrid of(Matrix w, QuantizedMatrix quantized, int group) {
    Grouping grouping = quantized.spec().grouping(w.shape());
    List<Weight> all =
        IntStream.range(0, grouping.size())
            .mapToLong(i -> grouping.index(group, i))
            .mapToObj(index -> new Weight(index, w.at(index)))
            .sorted(Comparator.comparingDouble(Weight::value))
            .toList();
    int shown = Math.min(MOST, all.size());
    List<Weight> some = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      some.add(all.get((int) ((long) i * all.size() / shown)));
    }
    List<Integer> codes =
        some.stream().map(weight -> quantized.codes().at(weight.index())).toList();
    return new GroupOnGrid(
        List.copyOf(some),
        codes,
        all.size(),
        quantized.params().zero(group),
        quantized.params().scale(group),
        quantized.spec().maxCode());
  }

  /** The value that a code stands for: (q − z)·s. */
  double level(int code) {
    return (code - zero) * scale;
  }

  /** The value that weight {@code i} became. */
  double reconstruction(int i) {
    return level(codes.get(i));
  }

  double least() {
    return Math.min(weights.getFirst().value(), level(0));
  }

  double most() {
    return Math.max(weights.getLast().value(), level(maxCode));
  }

  /** How many there are, and how many of them are shown if not all. */
  String count() {
    return weights.size() == size
        ? "%d weights of the group, smallest first".formatted(size)
        : "%d of %d weights of the group, smallest first".formatted(weights.size(), size);
  }
}
