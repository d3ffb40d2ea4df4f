package halfstep.job;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.llm.BlockCapture;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** AWQ on one block: a search per scale group; layers of no group are rounded without scales. */
final class AwqBlock {

  private final BlockCapture capture;
  private final QuantSpec spec;
  private final Awq config;
  private final LayerQuantizer quantizer;

  AwqBlock(BlockCapture capture, QuantSpec spec, Awq config, LayerQuantizer quantizer) {
    this.capture = capture;
    this.spec = spec;
    this.config = config;
    this.quantizer = quantizer;
  }

  /** Hands on the wanted layers in the block's order. */
  void run(Model model, List<String> wanted, Consumer<QuantizedLayer> sink) {
    Map<String, QuantizedLayer> done = new HashMap<>();
    for (ScaleGroup all : capture.scaleGroups()) {
      Optional<ScaleGroup> group = all.only(wanted::contains);
      group.ifPresent(some -> search(some).forEach(layer -> done.put(layer.layer(), layer)));
    }
    for (String layer : wanted) {
      QuantizedLayer searched = done.get(layer);
      sink.accept(searched != null ? searched : plain(model, layer));
    }
  }

  private List<QuantizedLayer> search(ScaleGroup group) {
    AwqScaleSearch search =
        new AwqScaleSearch(group.weights(), spec, config, group.activations(), group.inspected());
    List<AwqStep> steps = search.steps().toList();
    AwqStep best = AwqScaleSearch.best(steps);
    List<TraceLine> trace =
        steps.stream().map(step -> line(group, step, step.index() == best.index())).toList();
    List<QuantizedLayer> layers = new ArrayList<>();
    for (int i = 0; i < group.layers().size(); i++) {
      layers.add(
          quantizer.done(
              group.layers().get(i),
              group.weights().get(i),
              search.quantized(i, best),
              i == 0 ? trace : List.of(),
              group.input()));
    }
    return layers;
  }

  private static TraceLine line(ScaleGroup group, AwqStep step, boolean best) {
    return new TraceLine.Awq(group.block(), group.label(), step.ratio(), step.outputMse(), best);
  }

  private QuantizedLayer plain(Model model, String layer) {
    Matrix weight = model.weight(layer);
    QuantizedMatrix rounded = RoundToNearest.quantize(weight, spec);
    ChannelScales ones = ChannelScales.ones(Math.toIntExact(weight.cols()));
    return quantizer.done(
        layer,
        weight,
        new QuantizedMatrix(spec, rounded.codes(), rounded.params(), ones),
        List.of(),
        capture.input(layer));
  }
}
