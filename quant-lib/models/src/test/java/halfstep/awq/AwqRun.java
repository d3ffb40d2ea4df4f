package halfstep.awq;

import halfstep.awq.ScaleFolding.Source;
import halfstep.calib.Activations;
import halfstep.llm.BlockCapture;
import halfstep.llm.GoldenModels;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.llm.TokenWindows;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All of AWQ on a tiny model, block by block as AutoAWQ goes: search, fold, clip, round. */
final class AwqRun {

  /** Where the scales of a group come from. */
  @FunctionalInterface
  interface Scales {
    ChannelScales of(ScaleGroup group);
  }

  final Golden golden;
  final Model model;
  final QuantSpec spec;
  final Awq config;

  /** What a run leaves behind. */
  record Result(
      Map<String, Matrix> folded,
      Map<String, Clipping> clippings,
      Map<String, QuantizedMatrix> quantized) {}

  AwqRun(String name, int groupSize, String scaling) {
    this.golden = Golden.open("awq/%s.g%d.%s".formatted(name, groupSize, scaling));
    this.model = GoldenModels.open(name);
    this.spec = QuantSpec.of(4, groupSize).with(ZeroPoint.INTEGER);
    this.config = new Awq(20, scaling.equals("duo"));
  }

  /** The reference's scales, so that what follows them can be compared by itself. */
  ChannelScales goldenScales(ScaleGroup group) {
    return ChannelScales.of(golden.floats(key(group) + "/best_scales"));
  }

  /** Our own search. */
  ChannelScales searched(ScaleGroup group) {
    return report(group).scales();
  }

  AwqReport.Searched report(ScaleGroup group) {
    int length = (int) golden.shape("calib_ids")[1];
    int[] lengths =
        IntStream.range(0, (int) golden.shape("calib_ids")[0]).map(i -> length).toArray();
    return (AwqReport.Searched)
        AwqReport.search(
            group.layers(),
            group.weights(),
            spec,
            config,
            Activations.perWindow(group.input(), lengths),
            group.inspected());
  }

  static String key(ScaleGroup group) {
    return "blk" + group.block() + "/" + group.label();
  }

  Result run(Scales scales) {
    TokenWindows windows = GoldenModels.windows(golden, "calib_ids");
    Result result = new Result(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    HiddenStates states = model.embed(windows);
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      block(capture, scales, result);
      states = capture.output();
    }
    return result;
  }

  private void block(BlockCapture capture, Scales scales, Result result) {
    List<ScaleFolding> foldings = new ArrayList<>();
    Map<String, ScaleFolding> byLayer = new LinkedHashMap<>();
    for (ScaleGroup group : capture.scaleGroups()) {
      ScaleFolding folding = folding(group, scales.of(group));
      foldings.add(folding);
      group.layers().forEach(layer -> byLayer.put(layer, folding));
    }
    result.folded().putAll(ScaleFolding.applied(foldings, model.checkpoint()::matrix));
    for (String layer : capture.layers()) {
      Matrix folded = result.folded().get(layer + ".weight");
      Matrix weight = folded != null ? folded : model.weight(layer);
      if (ClipGrid.clips(layer)) {
        ScaleFolding folding = byLayer.get(layer);
        Matrix input = capture.input(layer);
        Matrix scaled = folding == null ? input : folding.inputs(input);
        Clipping clipping = new AwqClipSearch(weight, spec, scaled).best();
        result.clippings().put(layer, clipping);
        weight = clipping.applied(weight);
      }
      result.quantized().put(layer, HalfRounding.quantize(weight, spec));
    }
  }

  private static ScaleFolding folding(ScaleGroup group, ChannelScales scales) {
    String block = "model.layers." + group.block() + ".";
    String first = group.layers().getFirst().substring(block.length());
    Source source =
        switch (first) {
          case "self_attn.q_proj" -> new Source.Norm(block + "input_layernorm.weight");
          case "self_attn.o_proj" -> new Source.Linear(block + "self_attn.v_proj.weight");
          case "mlp.gate_proj" -> new Source.Norm(block + "post_attention_layernorm.weight");
          case "mlp.down_proj" -> new Source.Linear(block + "mlp.up_proj.weight");
          default -> throw new IllegalArgumentException(first);
        };
    return new ScaleFolding(
        scales, source, group.layers().stream().map(layer -> layer + ".weight").toList());
  }
}
