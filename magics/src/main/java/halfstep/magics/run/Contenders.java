package halfstep.magics.run;

import halfstep.magics.command.MethodWord;
import halfstep.magics.command.Request;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;

/** What a bench compares: methods with the grids that they are used with. */
final class Contenders {

  private Contenders() {}

  /**
   * One method at one width.
   *
   * @param spec float zeros for HQQ, integer zeros for AWQ, and both for rounding, so that each has
   *     its own baseline
   */
  record Contender(QuantMethod method, QuantSpec spec) {}

  static List<Contender> of(Request.Grid grid) {
    List<Contender> all = new ArrayList<>();
    for (Bits bits : grid.bits()) {
      for (int size : grid.groupSizes()) {
        QuantSpec floats = new QuantSpec(bits, size, Axis.IN, ZeroPoint.FLOAT);
        grid.methods().forEach(word -> all.addAll(of(word, floats)));
      }
    }
    return all;
  }

  private static List<Contender> of(MethodWord word, QuantSpec floats) {
    QuantSpec integers = floats.with(ZeroPoint.INTEGER);
    return switch (word) {
      case RTN -> List.of(new Contender(new Rtn(), floats), new Contender(new Rtn(), integers));
      case HQQ -> List.of(new Contender(Hqq.DEFAULT, floats));
      case AWQ -> List.of(new Contender(Awq.DEFAULT, integers));
    };
  }
}
