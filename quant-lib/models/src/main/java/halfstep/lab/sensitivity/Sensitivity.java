package halfstep.lab.sensitivity;

import halfstep.eval.Basis;
import halfstep.lab.Solver;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import java.util.Comparator;
import java.util.List;

/**
 * Which layers hurt, one at a time, by role, by depth and all at once.
 *
 * @param solver how layers were quantized
 * @param basis what every figure rests on
 * @param parts layers in the model's order, then roles, blocks, and all
 */
public record Sensitivity(Solver solver, Basis basis, List<SensitivityPart> parts) {

  /** Takes a copy of the list. */
  public Sensitivity {
    parts = List.copyOf(parts);
  }

  /** The parts of one kind, in order. */
  public List<SensitivityPart> of(Kind kind) {
    return parts.stream().filter(part -> part.kind() == kind).toList();
  }

  /** The most sensitive part of a kind. */
  public SensitivityPart worst(Kind kind) {
    return of(kind).stream()
        .max(Comparator.comparingDouble(SensitivityPart::kl))
        .orElseThrow(() -> new IllegalStateException("no " + kind + " was measured"));
  }

  /**
   * Mean KLs of single layers added up, over that of all at once: 1 where errors add, more where
   * they partly cancel.
   */
  public double sumOverAll() {
    double sum = of(Kind.LAYER).stream().mapToDouble(SensitivityPart::kl).sum();
    return sum / worst(Kind.ALL).kl();
  }
}
