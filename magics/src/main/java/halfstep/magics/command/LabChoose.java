package halfstep.magics.command;

import halfstep.lab.choose.Situation;
import halfstep.quant.Bits;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab choose}.
 *
 * @param situation what the reader has to live with
 * @param bits widths wanted; if the engine has kernels for none of them, its own are tried, too
 * @param mixture whether the reader says that the model is a mixture of experts
 * @param methods to choose among
 * @param settings the methods' parameters
 * @param calibration text for calibrated methods, and how much of each text is read
 * @param text the file to evaluate on; the project's own when empty
 */
public record LabChoose(
    Situation situation,
    List<Bits> bits,
    boolean mixture,
    List<MethodWord> methods,
    MethodSettings settings,
    Request.Calibration calibration,
    Optional<String> text,
    Optional<String> as)
    implements Request.Lab {

  /** Takes copies of the lists. */
  public LabChoose {
    bits = List.copyOf(bits);
    methods = List.copyOf(methods);
  }
}
