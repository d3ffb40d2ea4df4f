package halfstep.lab;

import halfstep.job.Calibration;
import halfstep.job.LayerSource;
import halfstep.job.QuantizedLayer;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers of a model, solved by one method. Their codes are kept, a byte a weight.
 *
 * @param method how
 * @param spec into what, with the zeros of the method
 */
public record Solver(QuantMethod method, QuantSpec spec) {

  /** For tables: {@code hqq 3 bit g64}, {@code rtn 3 bit g64 integer zero}. */
  public String label() {
    return method.label()
        + " "
        + spec.label()
        + otherZero().map(word -> " " + word + " zero").orElse("");
  }

  /** The kind of zero, if it is not the one that this method finds unless told otherwise. */
  public Optional<String> otherZero() {
    ZeroPoint usual = method.fitted(spec.with(ZeroPoint.FLOAT)).zeroPoint();
    return spec.zeroPoint() == usual
        ? Optional.empty()
        : Optional.of(spec.zeroPoint().name().toLowerCase(Locale.ROOT));
  }

  /**
   * Solves.
   *
   * @param layers full names, in the model's order
   * @param calibration what calibrated methods look at; data-free ones are not told
   * @return by full name, in order
   * @throws halfstep.job.JobException if the method needs calibration and there is none
   */
  public Map<String, QuantizedLayer> solve(
      Model model, List<String> layers, @Nullable Calibration calibration, LabProgress progress) {
    progress.update(0, label());
    return new Form(label(), method, spec)
        .solve(LayerSource.of(model), layers, calibration, progress.named(label()));
  }
}
