package halfstep.magics.run;

import halfstep.magics.command.MethodSettings;
import halfstep.magics.command.MethodWord;
import halfstep.magics.command.Request;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod;
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
   * @param spec with the zeros of the method; rounding comes with both kinds, so that each method
   *     has its own baseline
   */
  record Contender(QuantMethod method, QuantSpec spec) {}

  /**
   * Every method at every width with every group size.
   *
   * @param own finds a solver of the user's own by its name
   */
  static List<Contender> of(Request.Grid grid, OwnMethods own) {
    List<Contender> all = new ArrayList<>();
    for (Bits bits : grid.bits()) {
      for (int size : grid.groupSizes()) {
        QuantSpec floats = new QuantSpec(bits, size, Axis.IN, ZeroPoint.FLOAT);
        for (MethodWord word : grid.methods()) {
          all.addAll(of(grid.settings().method(word, own::find), grid.settings(), floats));
        }
      }
    }
    return all;
  }

  private static List<Contender> of(QuantMethod method, MethodSettings settings, QuantSpec floats) {
    Contender usual = new Contender(method, settings.spec(method, floats));
    boolean both = method instanceof Rtn && settings.zero().isEmpty();
    return both
        ? List.of(usual, new Contender(method, floats.with(ZeroPoint.INTEGER)))
        : List.of(usual);
  }
}
