package halfstep.job;

import halfstep.awq.AwqReport;
import halfstep.awq.AwqStep;
import halfstep.gptq.GptqStep;
import halfstep.hqq.HqqStep;
import halfstep.llm.ScaleGroup;
import halfstep.ls.LeastSquaresStep;
import halfstep.quant.ChannelScales;
import halfstep.quant.Step;
import java.util.ArrayList;
import java.util.List;

/** From steps to lines. */
final class Traces {

  private Traces() {}

  /**
   * The lines of a layer's own steps; those of a clip search are no lines.
   *
   * <p>HQQ reports at each iteration the error before its update, as the library does.
   */
  static List<TraceLine> of(String layer, List<Step> steps) {
    List<TraceLine> lines = new ArrayList<>();
    HqqStep before = null;
    for (Step step : steps) {
      switch (step) {
        case HqqStep hqq -> {
          if (before != null && hqq.index() == before.index() + 1) {
            lines.add(line(layer, before, hqq));
          }
          before = hqq;
        }
        case LeastSquaresStep squares when squares.index() > 0 ->
            lines.add(
                new TraceLine.LeastSquares(
                    layer, squares.index(), squares.meanSquareError(), squares.groupsImproved()));
        case GptqStep gptq -> lines.add(new TraceLine.Gptq(layer, gptq.index(), gptq.loss()));
        default -> {}
      }
    }
    return lines;
  }

  private static TraceLine line(String layer, HqqStep before, HqqStep step) {
    return new TraceLine.Hqq(
        layer,
        step.index(),
        step.beta(),
        before.meanAbsError(),
        step.zeroShift(),
        step.codesChanged(),
        step.shrinkActive());
  }

  /**
   * The lines of a search: every ratio, and the point without scales if it was taken.
   *
   * @param taken the scales that were
   */
  static List<TraceLine> of(ScaleGroup group, AwqReport report, ChannelScales taken) {
    List<TraceLine> lines = new ArrayList<>();
    boolean found = false;
    for (AwqStep step : report.steps()) {
      boolean best = step.scales() == taken;
      found |= best;
      lines.add(
          new TraceLine.Awq(group.block(), group.label(), step.ratio(), step.outputMse(), best));
    }
    if (!found && report instanceof AwqReport.Searched searched) {
      double loss = searched.identity().outputMse();
      lines.add(new TraceLine.Awq(group.block(), group.label(), Float.NaN, loss, true));
    }
    return lines;
  }
}
