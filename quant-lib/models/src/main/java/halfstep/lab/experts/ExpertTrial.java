package halfstep.lab.experts;

import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures each expert's output on tokens that reach it, for experts quantized one way or another.
 * An expert is judged alone: it reads what the unquantized model gives it.
 */
public final class ExpertTrial {

  /** What an expert reads and what it makes of it. */
  private record Expected(Matrix input, Matrix output) {}

  private final Model model;
  private final Map<Expert, Expected> expected = new LinkedHashMap<>();

  /**
   * Runs the text on which errors are measured.
   *
   * @param evaluation not among what methods are calibrated with
   * @throws halfstep.llm.ModelException if the model is no mixture
   */
  public ExpertTrial(Model model, TokenWindows evaluation) {
    this.model = model;
    List<Expert> experts = Expert.of(model);
    HiddenStates states = model.embed(evaluation);
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      for (Expert expert : experts) {
        if (expert.block() == block) {
          capture
              .seen(expert.gate())
              .ifPresent(input -> expected.put(expert, new Expected(input, output(expert, input))));
        }
      }
      states = capture.output();
    }
  }

  private Matrix output(Expert expert, Matrix input) {
    return output(
        input, model.weight(expert.gate()), model.weight(expert.up()), model.weight(expert.down()));
  }

  /** {@code down(silu(gate(x)) · up(x))}; a new matrix. */
  private static Matrix output(Matrix x, Matrix gate, Matrix up, Matrix down) {
    Matrix gated =
        Matmul.timesTransposed(x, gate)
            .combine(Matmul.timesTransposed(x, up), (g, u) -> g / (1 + Math.exp(-g)) * u);
    return Matmul.timesTransposed(gated, down);
  }

  /** Experts that the evaluation's text reaches, and that can therefore be judged. */
  public List<Expert> judged() {
    return List.copyOf(expected.keySet());
  }

  /** Errors of a form that looks at no text. */
  public List<ExpertError> of(Form form, DoubleConsumer progress) {
    return measured(form, null, progress);
  }

  /**
   * Errors of a form that looks at a text.
   *
   * @param calibration the text
   * @param progress hears the share done, 0 to 1
   */
  public List<ExpertError> of(Form form, Coverage.Sample calibration, DoubleConsumer progress) {
    return measured(form, calibration, progress);
  }

  private List<ExpertError> measured(
      Form form, Coverage.@Nullable Sample text, DoubleConsumer progress) {
    List<String> layers =
        model.layers().stream().filter(layer -> layer.contains(".experts.")).toList();
    Map<String, QuantizedMatrix> quantized =
        form.quantize(
            model, layers, text == null ? null : Calibration.of(text.windows()), progress);
    Map<Expert, Long> seen = seen(text);
    List<ExpertError> errors = new ArrayList<>();
    expected.forEach((expert, ideal) -> {
      Matrix actual =
          output(
              ideal.input(),
              weight(quantized, expert.gate()),
              weight(quantized, expert.up()),
              weight(quantized, expert.down()));
      errors.add(
          new ExpertError(
              expert,
              form.name(),
              text == null ? "" : text.name(),
              text == null ? 0 : text.windows().tokens(),
              seen.getOrDefault(expert, 0L),
              ideal.input().rows(),
              ErrorMetrics.between(ideal.output(), actual).relativeFrobenius()));
    });
    return errors;
  }

  private Map<Expert, Long> seen(Coverage.@Nullable Sample text) {
    Map<Expert, Long> seen = new LinkedHashMap<>();
    if (text != null) {
      Coverage.of(model, List.of(text), done -> {})
          .reaches()
          .forEach(reach -> seen.put(reach.expert(), reach.tokens()));
    }
    return seen;
  }

  private static Matrix weight(Map<String, QuantizedMatrix> quantized, String layer) {
    QuantizedMatrix found = quantized.get(layer);
    if (found == null) {
      throw new IllegalStateException(layer + " was not quantized");
    }
    return found.dequantized();
  }
}
