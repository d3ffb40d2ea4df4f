package halfstep.magics.run;

import halfstep.job.Calibration;
import halfstep.job.LayerSource;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.llm.Sampling;
import halfstep.magics.command.MethodSettings;
import halfstep.magics.command.ModelWord;
import halfstep.magics.command.Request;
import halfstep.quant.GroupSolver;
import halfstep.quant.QuantMethod;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** One model in the forms that a line names: as it is, or quantized and run from its codes. */
public final class Variants {

  private final LayerSource source;
  private final Model model;
  private final Forms forms;
  private final Supplier<Calibration> calibration;

  /**
   * @param source the layers of {@code model}
   * @param settings the methods' parameters
   * @param group weights that share a scale
   * @param own finds a solver of the user's own by its name
   * @param calibration asked only if a method looks at activations
   */
  public Variants(
      LayerSource source,
      Model model,
      MethodSettings settings,
      int group,
      Function<String, Optional<GroupSolver>> own,
      Supplier<Calibration> calibration) {
    this.source = source;
    this.model = model;
    this.forms = new Forms(settings, group, own);
    this.calibration = calibration;
  }

  /**
   * The model in one form. Quantized layers keep their codes and are never dequantized whole.
   *
   * @param progress hears the share done, 0 to 1
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Model of(ModelWord word, DoubleConsumer progress) {
    if (word.quantized().isEmpty()) {
      return model;
    }
    Form form = forms.of(word);
    Calibration seen = form.method() instanceof QuantMethod.Calibrated ? calibration.get() : null;
    return model.withQuantized(Form.codes(form.solve(source, source.layers(), seen, progress)));
  }

  /** How tokens are chosen. */
  public static Sampling sampling(Request.Writing writing) {
    return writing.temperature() == 0
        ? new Sampling.Greedy()
        : new Sampling.Drawn(writing.temperature(), writing.topK(), writing.topP(), writing.seed());
  }
}
