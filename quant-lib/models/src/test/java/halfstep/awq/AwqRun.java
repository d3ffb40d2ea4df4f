package halfstep.awq;

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
  private final boolean clip;

  /** Where scales go. */
  @FunctionalInterface
  interface Folding {
    /** As AutoAWQ: a router stays as it is. */
    Folding AS_AUTOAWQ = ScaleGroup::foldingAsAutoAwq;

    /** Every reader takes part, and the function is kept. */
    Folding WHOLE = ScaleGroup::folding;

    ScaleFolding of(ScaleGroup group, ChannelScales scales);
  }

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
    this.clip = golden.header().contains("\"apply_clip\":\"True\"");
  }

  /** The reference's scales, so that what follows them can be compared by itself. */
  ChannelScales goldenScales(ScaleGroup group) {
    return ChannelScales.of(golden.floats(GoldenModels.key(group) + "/best_scales"));
  }

  /** Our own search. */
  ChannelScales searched(ScaleGroup group) {
    return report(group).scales();
  }

  AwqReport.Searched report(ScaleGroup group) {
    return (AwqReport.Searched)
        AwqReport.search(
            group.layers(),
            group.weights(),
            spec,
            config,
            group.activationsPerWindow(),
            group.inspected());
  }

  Result run(Scales scales, Folding foldings) {
    TokenWindows windows = GoldenModels.windows(golden, "calib_ids");
    Result result = new Result(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    HiddenStates states = model.embed(windows);
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      block(capture, scales, foldings, result);
      states = capture.output();
    }
    return result;
  }

  private void block(BlockCapture capture, Scales scales, Folding foldings, Result result) {
    List<ScaleFolding> done = new ArrayList<>();
    Map<String, ScaleFolding> byLayer = new LinkedHashMap<>();
    for (ScaleGroup group : capture.scaleGroups()) {
      ScaleFolding folding = foldings.of(group, scales.of(group));
      done.add(folding);
      group.layers().forEach(layer -> byLayer.put(layer, folding));
    }
    result.folded().putAll(ScaleFolding.applied(done, model.checkpoint()::matrix));
    for (String layer : capture.layers()) {
      Matrix folded = result.folded().get(layer + ".weight");
      Matrix weight = folded != null ? folded : model.weight(layer);
      if (clip && ClipGrid.clips(layer)) {
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
}
