package halfstep.lab.logic;

import halfstep.eval.Interval;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.metric.PairedComparison;
import java.util.List;

/**
 * How often one form of a model finishes Java.
 *
 * @param form its name
 * @param bitsPerWeight of its layers, scales and zeros included; 16 for the original
 * @param attempts prompt by prompt, draw by draw
 * @param beside its share of valid attempts minus the original's, the same draws in pairs
 */
public record LogicRow(
    String form, double bitsPerWeight, List<Attempt> attempts, PairedComparison beside) {

  /** Takes a copy. */
  public LogicRow {
    attempts = List.copyOf(attempts);
  }

  /** How many attempts came to a verdict. */
  public long count(Verdict verdict) {
    return attempts.stream().filter(attempt -> attempt.verdict() == verdict).count();
  }

  /** Share of the attempts that are complete and valid. */
  public double valid() {
    return (double) count(Verdict.VALID) / attempts.size();
  }

  /** Wilson's interval of 95 % around {@link #valid}, attempts taken as independent. */
  public Interval interval() {
    return Interval.ofShare(valid(), attempts.size());
  }
}
