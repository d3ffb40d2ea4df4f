package halfstep.lab.choose;

import halfstep.engines.EngineKernel;
import halfstep.engines.PlannedLayer;
import halfstep.engines.Preflight;
import halfstep.lab.Solver;
import halfstep.llm.Model;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether an engine runs what a solver makes, in one of the formats that hold it.
 *
 * @param format the first that passes; empty if none does
 * @param sentence the kernel, or what stands against it
 */
record StackCheck(String format, String sentence) {

  private static final List<String> FLOAT = List.of("hqq", "gguf");
  private static final List<String> INTEGER =
      List.of("awq", "gptq_v2", "gptq", "compressed-tensors", "gguf");
  private static final List<String> SYMMETRIC = List.of("gptq", "compressed-tensors", "gguf");

  boolean passes() {
    return !format.isEmpty();
  }

  static StackCheck of(String engine, Solver solver, Model model, int devices) {
    List<PlannedLayer> layers =
        model.layers().stream()
            .map(
                layer -> new PlannedLayer(layer, solver.spec(), model.weight(layer).shape(), false))
            .toList();
    List<String> problems = new ArrayList<>();
    for (String format : formats(solver.spec().zeroPoint())) {
      Preflight check = Preflight.check(engine, format, devices, layers);
      if (check.passes()) {
        EngineKernel kernel = check.fitting().getFirst();
        return new StackCheck(
            format, "%s reads %s with %s".formatted(engine, format, kernel.kernel()));
      }
      problems.addAll(check.problems());
    }
    String first =
        problems.stream()
            .filter(one -> !one.contains("does not read"))
            .findFirst()
            .orElse(problems.getFirst());
    return new StackCheck("", "%s does not run it: %s".formatted(engine, first));
  }

  private static List<String> formats(ZeroPoint zero) {
    return switch (zero) {
      case FLOAT -> FLOAT;
      case INTEGER -> INTEGER;
      case SYMMETRIC -> SYMMETRIC;
    };
  }
}
