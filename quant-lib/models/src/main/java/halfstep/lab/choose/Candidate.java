package halfstep.lab.choose;

import halfstep.lab.Solver;
import halfstep.lab.baseline.Rung;
import halfstep.lab.memory.MemoryPlan;
import halfstep.quant.QuantMethod;
import java.util.List;

/**
 * One way of quantizing the model, with what speaks for and against it.
 *
 * @param rung what it costs, measured
 * @param plan what it takes on a device
 * @param sequences that fit at once
 * @param runs the kernel that runs it, or why none does; empty without an engine
 * @param against why it is out; empty if it may be taken
 */
public record Candidate(
    Rung rung, MemoryPlan plan, int sequences, String runs, List<String> against) {

  /** Takes a copy of the list. */
  public Candidate {
    against = List.copyOf(against);
  }

  /** Method, bits and groups. */
  public Solver solver() {
    return rung.solver();
  }

  /** Whether its method looks at text. */
  public boolean needsData() {
    return solver().method() instanceof QuantMethod.Calibrated;
  }

  /** Whether nothing speaks against it. */
  public boolean possible() {
    return against.isEmpty();
  }
}
