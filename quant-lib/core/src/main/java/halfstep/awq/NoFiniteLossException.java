package halfstep.awq;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * No grid point left a finite loss: the inspected part overflows under every choice of scales.
 * Whether plain rounding will do instead is the caller's to decide.
 */
public final class NoFiniteLossException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> layers;
  private final transient List<AwqStep> steps;

  NoFiniteLossException(List<String> layers, List<AwqStep> steps) {
    super(sentence(layers, steps));
    this.layers = List.copyOf(layers);
    this.steps = List.copyOf(steps);
  }

  private static String sentence(List<String> layers, List<AwqStep> steps) {
    return "%s: none of %d ratios has a finite loss (%s); round these layers without scales, or look for inputs that overflow"
        .formatted(String.join(" + ", layers), steps.size(), table(steps));
  }

  private static String table(List<AwqStep> steps) {
    return steps.stream()
        .map(step -> String.format(Locale.ROOT, "%.2f: %s", step.ratio(), step.outputMse()))
        .collect(Collectors.joining(", "));
  }

  /** The layers that were searched together. */
  public List<String> layers() {
    return layers;
  }

  /** Every grid point with its loss. */
  public List<AwqStep> steps() {
    return steps;
  }
}
