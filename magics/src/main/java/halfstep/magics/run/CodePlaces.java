package halfstep.magics.run;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.AwqScaleSearch;
import halfstep.awq.Protection;
import halfstep.awq.Salience;
import halfstep.awq.SalienceOverlap;
import halfstep.backend.Backends;
import halfstep.compose.Quantize;
import halfstep.eval.Divergence;
import halfstep.eval.Evaluation;
import halfstep.export.Export;
import halfstep.export.Inspection;
import halfstep.gptq.GptqSolver;
import halfstep.hqq.HqqDirect;
import halfstep.hqq.HqqSolver;
import halfstep.llm.Generation;
import halfstep.llm.Model;
import halfstep.magics.command.Commands;
import halfstep.magics.display.ReportPage;
import halfstep.magics.exercise.Exercises;
import halfstep.metric.Stopwatch;
import halfstep.metric.WeightMoments;
import halfstep.pack.BitPacking;
import halfstep.plant.Planting;
import halfstep.rtn.RoundToNearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which classes are behind a command: its options, what runs it, and where the arithmetic is. */
final class CodePlaces {

  private record Code(Class<?> runs, List<Class<?>> computes) {
    static Code of(Class<?> runs, Class<?>... computes) {
      return new Code(runs, List.of(computes));
    }
  }

  /** By the longest words that name a command. */
  private static final Map<String, Code> CODE =
      Map.ofEntries(
          Map.entry("load", Code.of(LoadCommand.class, Model.class)),
          Map.entry("param", Code.of(ParamCommand.class)),
          Map.entry("show weights", Code.of(ShowWeightsCommand.class, RoundToNearest.class)),
          Map.entry("show layer", Code.of(ShowLayerCommand.class, WeightMoments.class)),
          Map.entry("show packing", Code.of(ShowPackingCommand.class, BitPacking.class)),
          Map.entry("show file", Code.of(ShowFileCommand.class, Inspection.class)),
          Map.entry("hqq", Code.of(HqqCommand.class, HqqSolver.class)),
          Map.entry("hqq branch", Code.of(HqqComparison.class, HqqSolver.class)),
          Map.entry("hqq trace", Code.of(HqqComparison.class, HqqSolver.class)),
          Map.entry("hqq compare", Code.of(HqqVariants.class, HqqDirect.class)),
          Map.entry("hqq sweep", Code.of(HqqVariants.class, HqqDirect.class)),
          Map.entry("awq protect", Code.of(AwqProbes.class, Protection.class)),
          Map.entry("awq compare", Code.of(AwqProbes.class, SalienceOverlap.class)),
          Map.entry("awq clip", Code.of(AwqProbes.class, AwqClipSearch.class)),
          Map.entry("awq", Code.of(AwqCommand.class, AwqScaleSearch.class)),
          Map.entry("awq salience", Code.of(AwqCommand.class, Salience.class)),
          Map.entry("gptq", Code.of(GptqCommand.class, GptqSolver.class)),
          Map.entry(
              "bench",
              new Code(
                  BenchLayersCommand.class,
                  List.of(BenchModelCommand.class, Quantize.class, Divergence.class))),
          Map.entry("eval", Code.of(EvaluateCommand.class, Evaluation.class)),
          Map.entry("plant", Code.of(PlantCommand.class, Planting.class)),
          Map.entry("generate", Code.of(GenerateCommand.class, Generation.class)),
          Map.entry("export", Code.of(ExportModelCommand.class, Export.class)),
          Map.entry("gpu", Code.of(GpuCommand.class, Backends.class)),
          Map.entry("check", Code.of(CheckCommand.class, Exercises.class)),
          Map.entry("report", Code.of(ReportCommand.class, ReportPage.class)),
          Map.entry("%bench", Code.of(BenchCellCommand.class, Stopwatch.class)),
          Map.entry("help", Code.of(HelpCommand.class, Commands.class)));

  private CodePlaces() {}

  /**
   * The places of a command's code.
   *
   * @param words {@code hqq}, {@code hqq start}
   * @throws halfstep.magics.command.UsageException if there is no such command
   */
  static List<SourcePlace> of(String words) {
    List<SourcePlace> places = new ArrayList<>();
    places.add(SourcePlace.of("options", Commands.optionsOf(words)));
    Code code = CODE.getOrDefault(words, CODE.get(words.split(" ", 2)[0]));
    if (code != null) {
      places.add(SourcePlace.of("runs it", code.runs()));
      code.computes().forEach(type -> places.add(SourcePlace.of("computes", type)));
    }
    return places;
  }
}
