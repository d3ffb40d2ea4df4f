package halfstep.magics.table;

import halfstep.quant.EffectiveBits;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** A width with what it costs once scales, zeros and padding are counted. */
public final class BitsLabel {

  private static final NumberText DECIMALS = NumberText.decimals(2);

  private BitsLabel() {}

  /** One matrix: {@code 4 bit g64 (4.50 bits/weight)}. */
  public static String of(QuantSpec spec, Shape shape) {
    return of(spec, List.of(shape));
  }

  /** Several: {@code 3 bit g64 (3.70–3.75 bits/weight)} where they do not cost the same. */
  public static String of(QuantSpec spec, Collection<Shape> shapes) {
    DoubleSummaryStatistics cost =
        shapes.stream().mapToDouble(shape -> EffectiveBits.of(spec, shape)).summaryStatistics();
    return "%s (%s bits/weight)".formatted(spec.label(), range(cost));
  }

  /** Least and most, or one number if they look the same. */
  public static String range(DoubleSummaryStatistics cost) {
    String least = DECIMALS.format(cost.getMin());
    String most = DECIMALS.format(cost.getMax());
    return least.equals(most) ? least : least + "–" + most;
  }
}
