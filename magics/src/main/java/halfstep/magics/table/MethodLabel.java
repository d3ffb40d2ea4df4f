package halfstep.magics.table;

import halfstep.quant.Gptq;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.ZeroPoint;

/** Methods by the names that tables and charts give them. */
public final class MethodLabel {

  private MethodLabel() {}

  /** The method with what sets it apart from its usual form: whose zeros, which options. */
  public static String of(QuantMethod method, ZeroPoint zero) {
    return switch (method) {
      case Rtn _ -> "rtn " + word(zero);
      case Custom custom -> custom.label();
      case Hqq hqq -> withOptions(hqq);
      case Gptq gptq -> withOptions(gptq);
      case LeastSquares _, WeightedLeastSquares _ -> method.label();
      case Awq awq -> "awq" + (awq.asLibrary() ? " as AutoAWQ" : awq.clip() ? "" : " no clip");
      case AwqThen(Awq _, DataFree then) -> "awq+" + of(then, zero);
    };
  }

  private static String word(ZeroPoint zero) {
    return switch (zero) {
      case FLOAT -> "float zero";
      case INTEGER -> "integer zero";
      case SYMMETRIC -> "symmetric";
    };
  }

  private static String withOptions(Hqq hqq) {
    String options = hqq.options().label();
    return "hqq" + variant(hqq) + (options.isEmpty() ? "" : ", " + options);
  }

  /** Which of the library's solvers it is; the released one has no name of its own. */
  private static String variant(Hqq hqq) {
    Hqq plain = hqq.with(HqqOptions.LIBRARY);
    if (plain.equals(Hqq.LEGACY)) {
      return "";
    }
    if (plain.equals(Hqq.HEAD)) {
      return " head";
    }
    if (plain.equals(Hqq.V2)) {
      return " v2";
    }
    return plain.equals(Hqq.SLOW) ? " slow" : " with other parameters";
  }

  private static String withOptions(Gptq gptq) {
    StringBuilder text = new StringBuilder("gptq");
    text.append(gptq.actOrder() ? " act-order" : "");
    text.append(gptq.staticGroups() ? " static" : "");
    text.append(gptq.symmetric() ? " symmetric" : "");
    text.append(gptq.mse() ? " mse" : "");
    return text.toString();
  }
}
