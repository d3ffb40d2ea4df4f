package halfstep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.BetaRule;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;

/** Every parameter of a method, for the manifest: what a run needs to be repeated. */
final class MethodParameters {

  private MethodParameters() {}

  static void into(ObjectNode node, QuantMethod method) {
    switch (method) {
      case Rtn() -> {}
      case Hqq hqq -> hqq(node, hqq);
      case LeastSquares(int rounds) -> node.put("rounds", rounds);
      case WeightedLeastSquares(int rounds) -> node.put("rounds", rounds);
      case Custom custom -> node.put("name", custom.name());
      case Awq awq -> awq(node, awq);
      case AwqThen(Awq scales, QuantMethod.DataFree then) -> {
        awq(node.putObject("scales"), scales);
        into(node.putObject("then").put("method", then.label()), then);
      }
      case Gptq gptq ->
          node.put("blockSize", gptq.blockSize())
              .put("damping", gptq.damping())
              .put("actOrder", gptq.actOrder())
              .put("staticGroups", gptq.staticGroups())
              .put("symmetric", gptq.symmetric())
              .put("mse", gptq.mse());
    }
  }

  private static void hqq(ObjectNode node, Hqq hqq) {
    node.put("lpNorm", hqq.lpNorm());
    switch (hqq.options().beta()) {
      case BetaRule.Shared() -> node.put("beta", hqq.beta());
      case BetaRule.PerStep(float deadZone) -> node.put("beta", "auto").put("deadZone", deadZone);
    }
    node.put("kappa", hqq.kappa())
        .put("iterations", hqq.iterations())
        .put("earlyStop", hqq.earlyStop().name())
        .put("zeros", hqq.options().zeros().name())
        .put("groups", hqq.options().groups().name())
        .put("scales", hqq.options().scales().name())
        .put("arithmetic", hqq.options().arithmetic().name());
  }

  private static void awq(ObjectNode node, Awq awq) {
    node.put("gridSize", awq.gridSize())
        .put("duoScaling", awq.duoScaling())
        .put("clip", awq.clip())
        .put("asAutoAwq", awq.asLibrary());
  }
}
