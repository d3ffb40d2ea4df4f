package halfstep.job;

import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What some layers have otherwise than the rest: {@code *.down_proj=bits:4,group:64}.
 *
 * @param glob which layers, as in {@link LayerFilter}
 * @param bits their width, if it is another
 * @param groupSize their group size, if it is another; {@link QuantSpec#WHOLE} for a row
 */
public record LayerRule(String glob, Optional<Bits> bits, OptionalInt groupSize) {

  /** The specification of a layer under this rule, or what it was if the rule is not for it. */
  QuantSpec applied(String layer, QuantSpec before) {
    if (!LayerFilter.matches(glob, layer)) {
      return before;
    }
    return new QuantSpec(
        bits.orElse(before.bits()),
        groupSize.orElse(before.groupSize()),
        before.axis(),
        before.zeroPoint());
  }

  /** As it is written on a command line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    bits.ifPresent(width -> text.append(",bits:").append(width));
    groupSize.ifPresent(size -> text.append(",group:").append(size == 0 ? "row" : "" + size));
    return glob + "=" + (text.isEmpty() ? "" : text.substring(1));
  }
}
