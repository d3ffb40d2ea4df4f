package halfstep.lab.draft;

import halfstep.lab.draft.Speculative.Plan;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Whether speculative decoding writes what the target alone would write: the same prompt continued
 * many times both ways, and the tokens at each position compared.
 *
 * @param draft its name
 * @param samples continuations each way
 * @param lookahead tokens proposed at a time
 * @param acceptance share of the proposals that were kept
 * @param first the first token against the target's own probabilities
 * @param positions speculative against plain sampling, position by position
 */
public record Equality(
    String draft,
    int samples,
    int lookahead,
    double acceptance,
    ChiSquare first,
    List<ChiSquare> positions) {

  private static final int AT_ONCE = 64;

  /** Takes a copy. */
  public Equality {
    positions = List.copyOf(positions);
  }

  /**
   * Draws and compares at temperature 1.
   *
   * @param prompt token ids; not modified
   * @param lookahead tokens proposed at a time; as many positions and two more are compared
   * @param samples continuations each way
   * @param seed the same seed gives the same numbers
   * @param progress hears the share done, 0 to 1
   * @throws IllegalArgumentException if there are too few samples to test
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Equality of(
      Model target,
      Model draft,
      String name,
      int[] prompt,
      int lookahead,
      int samples,
      long seed,
      DoubleConsumer progress) {
    int length = lookahead + 2;
    Drawn speculative = new Drawn(target, draft, prompt, new Plan(lookahead, length, 1), samples);
    Drawn plain = new Drawn(target, draft, prompt, new Plan(0, length, 1), samples);
    speculative.draw(seed, done -> progress.accept(0.5 * done));
    plain.draw(seed + samples, done -> progress.accept(0.5 + 0.5 * done));
    Matrix logits = target.logits(prompt);
    double[] expected = Distribution.of(logits.row(prompt.length - 1), 1).toArray();
    List<ChiSquare> positions = new ArrayList<>();
    for (int at = 0; at < length; at++) {
      positions.add(ChiSquare.homogeneity(speculative.counts(at), plain.counts(at)));
    }
    long[] firsts = Arrays.copyOf(speculative.counts(0), expected.length);
    return new Equality(
        name,
        samples,
        lookahead,
        speculative.acceptance(),
        ChiSquare.goodnessOfFit(firsts, expected),
        positions);
  }

  /** The smallest p of all tests, times their number (Bonferroni), at most 1. */
  public double pValue() {
    double least = first.pValue();
    for (ChiSquare position : positions) {
      least = Math.min(least, position.pValue());
    }
    return Math.min(1, least * (positions.size() + 1));
  }

  /** Continuations of one prompt. */
  private static final class Drawn {
    private final Model target;
    private final Model draft;
    private final int[] prompt;
    private final Plan plan;
    private final Speculative.Written[] written;

    Drawn(Model target, Model draft, int[] prompt, Plan plan, int samples) {
      this.target = target;
      this.draft = draft;
      this.prompt = prompt;
      this.plan = plan;
      this.written = new Speculative.Written[samples];
    }

    void draw(long seed, DoubleConsumer progress) {
      int step = AT_ONCE * Runtime.getRuntime().availableProcessors();
      for (int from = 0; from < written.length; from += step) {
        int first = from;
        int to = Math.min(written.length, from + step);
        Parallel.blocks(
            Math.ceilDiv(to - from, AT_ONCE),
            "speculative decoding",
            block -> some(first + (int) block * AT_ONCE, to, seed));
        progress.accept((double) to / written.length);
      }
    }

    private void some(int from, int end, long seed) {
      Speculative writer = new Speculative(target, draft, prompt, plan);
      for (int i = from; i < Math.min(end, from + AT_ONCE); i++) {
        written[i] = writer.write(seed + i);
      }
    }

    /** How often each token stands at a position; the last count is of texts that ended before. */
    long[] counts(int position) {
      int vocabulary = target.config().vocabSize();
      long[] counts = new long[vocabulary + 1];
      for (Speculative.Written text : written) {
        boolean ended = position >= text.tokens().size();
        counts[ended ? vocabulary : text.tokens().get(position)]++;
      }
      return counts;
    }

    double acceptance() {
      double proposed = 0;
      double accepted = 0;
      for (Speculative.Written text : written) {
        proposed += text.proposed();
        accepted += text.accepted();
      }
      return accepted / proposed;
    }
  }
}
