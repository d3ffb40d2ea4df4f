package halfstep.job;

import halfstep.awq.AwqReport;
import halfstep.compose.ScaledLayer;
import halfstep.compose.Solution;
import halfstep.llm.BlockCapture;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * AWQ on one block: first all searches, one per scale group and each in the original block, then
 * layer by layer what follows. Layers of no group get scales of 1.
 */
final class AwqBlock {

  /** What follows the search: clip limits and rounding, or another method. */
  @FunctionalInterface
  interface Finish extends BiFunction<ScaledLayer, QuantSpec, Solution> {}

  private final BlockCapture capture;
  private final LayerSpecs specs;
  private final Awq config;
  private final Map<String, ChannelScales> scales = new HashMap<>();
  private final Map<String, ChannelScales> rows = new HashMap<>();
  private final Map<String, List<TraceLine>> traces = new HashMap<>();
  private final Map<String, List<String>> remarks = new HashMap<>();

  AwqBlock(BlockCapture capture, LayerSpecs specs, Awq config) {
    this.capture = capture;
    this.specs = specs;
    this.config = config;
  }

  /** Hands on the wanted layers in the block's order. */
  void run(Model model, List<String> wanted, Finish finish, Consumer<SolvedLayer> sink) {
    for (ScaleGroup all : capture.scaleGroups()) {
      all.only(wanted::contains).ifPresent(this::search);
    }
    for (String layer : wanted) {
      Parallel.checkInterrupt("quantizing " + layer);
      sink.accept(solve(layer, model.weight(layer), finish));
    }
  }

  private void search(ScaleGroup group) {
    List<QuantSpec> each =
        group.layers().stream().map(layer -> config.fitted(specs.of(layer))).toList();
    AwqReport report =
        AwqReport.search(
            group.layers(),
            group.weights(),
            each,
            config,
            group.activationsPerWindow(),
            group.inspected());
    ChannelScales taken = report.scales(config);
    group.layers().forEach(layer -> scales.put(layer, taken));
    absorbing(group).forEach(layer -> rows.put(layer, taken));
    String first = group.layers().getFirst();
    traces.put(first, Traces.of(group, report, taken));
    remarks.put(first, report.remarks());
  }

  /** The layer whose rows absorb a group's scales in a file: v for o, up for down. */
  private static List<String> absorbing(ScaleGroup group) {
    String layer = group.layers().getFirst();
    if (group.layers().size() > 1) {
      return List.of();
    }
    Map<String, String> before = Map.of("o_proj", "v_proj", "down_proj", "up_proj", "w2", "w3");
    int dot = layer.lastIndexOf('.') + 1;
    String source = before.get(layer.substring(dot));
    return source == null ? List.of() : List.of(layer.substring(0, dot) + source);
  }

  private SolvedLayer solve(String layer, Matrix weight, Finish finish) {
    Matrix input = capture.seen(layer).orElse(null);
    ChannelScales ones = ChannelScales.ones(Math.toIntExact(weight.cols()));
    ScaledLayer scaled = new ScaledLayer(layer, weight, scales.getOrDefault(layer, ones), input);
    @Nullable ChannelScales absorbed = rows.get(layer);
    Solution solution =
        finish.apply(absorbed == null ? scaled : scaled.absorbing(absorbed), specs.of(layer));
    List<TraceLine> lines = new ArrayList<>(traces.getOrDefault(layer, List.of()));
    lines.addAll(Traces.of(layer, solution.steps()));
    List<String> said = new ArrayList<>(remarks.getOrDefault(layer, List.of()));
    said.addAll(solution.remarks());
    return new SolvedLayer(layer, weight, solution.quantized(), lines, said, input);
  }
}
