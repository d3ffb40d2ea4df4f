package halfstep.magics.command;

import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A line understood: what to do, in the library's own types. Commands of several words have a file
 * of their own for theirs.
 */
public sealed interface Request
    permits ShowRequest,
        HqqRequest,
        AwqRequest,
        BenchRequest,
        Request.Load,
        Request.Param,
        Request.Help,
        Request.Gpu,
        Request.Check,
        Request.KeepAnswer,
        Request.WriteReport,
        Request.ExportModel,
        Request.GptqWalk,
        Request.Evaluate,
        Request.Plant,
        Request.Lab,
        Request.Generate {

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

  /** {@code %export}. */
  record ExportModel(ExportSettings settings, Optional<String> as) implements Request {}

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
