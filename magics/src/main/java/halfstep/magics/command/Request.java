package halfstep.magics.command;

import halfstep.pack.BitPacking;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A line understood: what to do, in the library's own types. */
public sealed interface Request {

  /** The variable that the result is to be kept in, if any. */
  default Optional<String> as() {
    return Optional.empty();
  }

  /**
   * {@code %load}.
   *
   * @param source a model's name, a folder, a safetensors file, or a name on the hub
   * @param otherwise what to load if the hub cannot be reached
   */
  record Load(String source, Optional<String> otherwise, Optional<String> as) implements Request {}

  /**
   * {@code %param}.
   *
   * @param name a Java identifier
   * @param value what it is unless the environment says otherwise
   */
  record Param(String name, String value) implements Request {}

  /**
   * {@code %help}.
   *
   * @param command the command asked about, such as {@code hqq start}, or a topic; none for the
   *     overview
   * @param code whether to tell where its code is
   */
  record Help(Optional<String> command, boolean code, Optional<String> as) implements Request {}

  /**
   * {@code %show weights}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   * @param group number of the group whose grid is drawn
   */
  record ShowWeights(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      OptionalInt group,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %show layer}.
   *
   * @param layers a layer, a role, a glob, names with commas, or {@code all}
   */
  record ShowLayer(String layers, Optional<String> as) implements Request {}

  /**
   * {@code %show packing}.
   *
   * @param layer the layer to pack; the layout alone if empty
   * @param spec how the layer is rounded first
   * @param word index of the word in the packed tensor
   */
  record ShowPacking(
      BitPacking packing, Optional<String> layer, QuantSpec spec, long word, Optional<String> as)
      implements Request {}

  /**
   * {@code %show file}.
   *
   * @param path a model's name, a folder or a file
   */
  record ShowFile(String path, Optional<String> as) implements Request {}

  /** {@code %gpu}: what computes here, and what cannot. */
  record Gpu(Optional<String> as) implements Request {}

  /**
   * {@code %check}.
   *
   * @param exercise its name
   * @param answer as it was typed
   */
  record Check(String exercise, String answer, Optional<String> as) implements Request {}

  /**
   * {@code %check --write}: for authors, a right answer to keep in scrambled form.
   *
   * @param tolerance how far a number may be off; empty if the answer is to be met exactly
   * @param hint what a wrong answer is told
   */
  record KeepAnswer(
      String exercise,
      String answer,
      OptionalDouble tolerance,
      Optional<String> hint,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %report}.
   *
   * @param file the page to write
   */
  record WriteReport(String file, Optional<String> title, Optional<String> as) implements Request {}

  /**
   * {@code %%bench}.
   *
   * @param body Java, to be run again and again
   * @param seconds how long to measure at least
   * @param bytes what one run moves, for a rate
   */
  record BenchCell(String body, double seconds, OptionalLong bytes, Optional<String> as)
      implements Request {}

  /** {@code %export}. */
  record ExportModel(ExportSettings settings, Optional<String> as) implements Request {}

  /** Something done to the walk of one HQQ solver. */
  sealed interface OnWalk extends Request {
    /** Number of the group whose grid is drawn. */
    OptionalInt showGroup();
  }

  /**
   * {@code %hqq start}: a new walk.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   */
  record HqqStart(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      Hqq config,
      OptionalInt showGroup,
      Optional<String> as)
      implements OnWalk {}

  /**
   * {@code %hqq step}.
   *
   * @param to the iteration to stand at afterwards; the next one if empty
   */
  record HqqStep(OptionalInt to, OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq back}.
   *
   * @param to the iteration to stand at afterwards; the one before if empty
   */
  record HqqBack(OptionalInt to, OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq branch}.
   *
   * @param changes what differs from the walk's own parameters
   */
  record HqqBranch(HqqChanges changes, OptionalInt showGroup, Optional<String> as)
      implements OnWalk {}

  /** {@code %hqq run}: to the end. */
  record HqqRun(OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq trace}.
   *
   * @param layers layers to solve and compare; the walk itself if empty
   */
  record HqqTrace(List<String> layers, QuantSpec spec, Hqq config, Optional<String> as)
      implements Request {}

  /**
   * {@code %hqq compare}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   */
  record HqqCompare(
      Optional<String> layer, Optional<String> weights, QuantSpec spec, Optional<String> as)
      implements Request {}

  /**
   * {@code %hqq sweep}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   * @param configs every combination of parameters
   */
  record HqqSweep(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      List<Hqq> configs,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %awq protect}.
   *
   * @param spec integer zeros
   * @param keep share of the channels that stay in full precision
   * @param draws how often channels are drawn by chance
   */
  record AwqProtect(
      String layer,
      QuantSpec spec,
      double keep,
      int draws,
      Calibration calibration,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %awq compare}.
   *
   * @param other files of the other text
   * @param top share of the channels that counts as strongest
   */
  record AwqCompare(
      String layer, Calibration calibration, List<String> other, double top, Optional<String> as)
      implements Request {}

  /**
   * {@code %awq clip}.
   *
   * @param spec integer zeros
   */
  record AwqClip(String layer, QuantSpec spec, Calibration calibration, Optional<String> as)
      implements Request {}

  /**
   * {@code %awq salience}.
   *
   * @param target a layer or a block
   */
  record AwqSalience(String target, Calibration calibration, Optional<String> as)
      implements Request {}

  /**
   * {@code %awq search}.
   *
   * @param block a block's number or name
   * @param spec integer zeros
   * @param resamples how often calibration windows are drawn anew to see how sure the choice is
   */
  record AwqSearch(
      String block,
      QuantSpec spec,
      Awq config,
      Calibration calibration,
      OptionalInt resamples,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %gptq}.
   *
   * @param spec integer zeros, or symmetric ones if the parameters say so
   */
  record GptqWalk(
      String layer, QuantSpec spec, Gptq config, Calibration calibration, Optional<String> as)
      implements Request {}

  /** What a {@code %bench} compares: every method at every width with every group size. */
  record Grid(
      List<MethodWord> methods,
      MethodSettings settings,
      List<Bits> bits,
      List<Integer> groupSizes) {}

  /**
   * {@code %bench LAYERS}.
   *
   * @param layers a role, a glob, names with commas, or {@code all}
   * @param beside the method to pair the others with, layer by layer
   */
  record BenchLayers(
      String layers,
      Grid grid,
      Optional<MethodWord> beside,
      Calibration calibration,
      Optional<String> as)
      implements Request {}

  /**
   * {@code %bench model}.
   *
   * @param text the file to evaluate on; the project's own when empty
   */
  record BenchModel(Grid grid, Calibration calibration, Optional<String> text, Optional<String> as)
      implements Request {}

  /**
   * {@code %bench matvec}.
   *
   * @param size rows and columns of the weights
   * @param specs what they are rounded to
   * @param rows numbers of rows of input
   * @param seconds how long to measure each product at least
   */
  record BenchMatvec(
      int size, List<QuantSpec> specs, List<Integer> rows, double seconds, Optional<String> as)
      implements Request {}

  /**
   * {@code %eval}.
   *
   * @param model a model's name or folder; the loaded one when empty
   */
  record Evaluate(Optional<String> model, EvalSettings settings, Optional<String> as)
      implements Request {}

  /**
   * {@code %plant}.
   *
   * @param undo whether a planting is taken back
   */
  record Plant(double sigma, long seed, boolean undo, Optional<String> as) implements Request {}

  /** {@code %lab NAME}: an experiment of the laboratory, a record in a file of its own. */
  sealed interface Lab extends Request
      permits LabSensitivity,
          LabAllocate,
          LabPlan,
          LabShift,
          LabBaseline,
          LabChoose,
          LabExperts,
          LabDraft,
          LabLora,
          LabLogic,
          LabFused {}

  /**
   * {@code %generate}.
   *
   * @param prompt the text to continue
   * @param models the forms of the model that continue it
   * @param group weights that share a scale, in the quantized forms
   */
  record Generate(
      String prompt,
      List<ModelWord> models,
      MethodSettings settings,
      int group,
      Writing writing,
      Calibration calibration,
      Optional<String> as)
      implements Request {}

  /**
   * How a text goes on.
   *
   * @param length most tokens to write
   * @param temperature 0 for the most probable token, else what logits are divided by
   * @param topK how many tokens to draw among, or 0 for all
   * @param topP probability of the tokens to draw among
   */
  record Writing(int length, double temperature, int topK, double topP, long seed) {}

  /**
   * Text to feed the model with.
   *
   * @param files text files; the project's own when empty
   * @param tokens how many tokens to use at most
   * @param ctx tokens per window
   */
  record Calibration(List<String> files, int tokens, int ctx) {}
}
