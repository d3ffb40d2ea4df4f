package halfstep.magics.table;

import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.ZeroPoint;

/** Methods by the names that tables and charts give them. */
public final class MethodLabel {

  private MethodLabel() {}

  /** The method; rounding to nearest says which of its two zeros it uses. */
  public static String of(QuantMethod method, ZeroPoint zero) {
    return switch (method) {
      case Rtn _ -> zero == ZeroPoint.FLOAT ? "rtn float zero" : "rtn integer zero";
      case Hqq _ -> method.label();
      case Awq _ -> method.label();
    };
  }
}
