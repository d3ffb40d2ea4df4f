package halfstep.lab.draft;

import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Speculative decoding (Leviathan, Kalman and Matias 2023, arXiv 2211.17192, algorithm 1): a draft
 * proposes some tokens, the target reads them all at once and keeps as many as it may, so that what
 * is written is distributed exactly as if the target had written it alone.
 *
 * <pre>
 * x₁ … x_k ~ q,  one after the other
 * p₁ … p_{k+1}   of the target, in one pass
 * keep x_i while u_i &lt; p_i(x_i) / q_i(x_i)
 * at the first refusal draw from max(0, p_i − q_i), else from p_{k+1}
 * </pre>
 *
 * <p>For one thread at a time.
 */
public final class Speculative {

  private final Model target;
  private final int[] prompt;
  private final Plan plan;
  private final Decoder checking;
  private final Decoder drafting;

  /**
   * How to write.
   *
   * @param lookahead tokens that the draft proposes at a time; 0 lets the target write alone
   * @param length most tokens to write, at least 1
   * @param temperature 0 for always the most probable token
   */
  public record Plan(int lookahead, int length, double temperature) {
    /** Refuses what cannot be written. */
    public Plan {
      if (lookahead < 0 || length < 1 || !(temperature >= 0) || Double.isInfinite(temperature)) {
        throw new ModelException(
            "a lookahead of %d, %d tokens and temperature %s: at least 0, 1 and 0"
                .formatted(lookahead, length, temperature));
      }
    }
  }

  /**
   * A text written.
   *
   * @param tokens without the prompt; ends with an end token or at the length asked for
   * @param proposed tokens that the draft proposed
   * @param accepted how many of them the target kept
   * @param passes of the target, each of which also wrote a token of its own
   */
  public record Written(List<Integer> tokens, int proposed, int accepted, int passes) {
    /** Takes a copy. */
    public Written {
      tokens = List.copyOf(tokens);
    }

    /** Tokens that a pass of the target gave. */
    public double tokensPerPass() {
      return (double) tokens.size() / passes;
    }
  }

  /**
   * Makes ready to write behind a prompt, as often as one likes.
   *
   * @param target whose distribution is kept
   * @param draft of the same vocabulary
   * @param prompt token ids, at least one; copied
   * @throws ModelException if the vocabularies differ, the prompt is empty, or prompt and text are
   *     longer than a model's context
   */
  public Speculative(Model target, Model draft, int[] prompt, Plan plan) {
    int ours = target.config().vocabSize();
    int theirs = draft.config().vocabSize();
    if (ours != theirs) {
      throw new ModelException(
          "a draft with %d tokens cannot write for a target with %d".formatted(theirs, ours));
    }
    if (prompt.length == 0) {
      throw new ModelException("the prompt is empty; it needs at least one token to continue");
    }
    this.target = target;
    this.prompt = prompt.clone();
    this.plan = plan;
    this.checking = new Decoder(target, prompt.length + plan.length());
    this.drafting = new Decoder(draft, prompt.length + plan.length());
  }

  /**
   * Writes a text.
   *
   * @param seed the same seed writes the same text
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Written write(long seed) {
    return new Text(new SplittableRandom(seed)).write();
  }

  /** One text on its way. The target has read all of it but the last token. */
  private final class Text {
    private final SplittableRandom random;
    private final List<Integer> tokens = new ArrayList<>();
    private int proposed;
    private int accepted;
    private int passes;
    private boolean ended;

    Text(SplittableRandom random) {
      this.random = random;
    }

    Written write() {
      begin(checking);
      begin(drafting);
      while (!ended && tokens.size() < plan.length()) {
        Parallel.checkInterrupt("speculative decoding");
        round(Math.min(plan.lookahead(), plan.length() - tokens.size() - 1));
      }
      return new Written(tokens, proposed, accepted, passes);
    }

    private void begin(Decoder decoder) {
      int known = Math.min(decoder.tokens(), prompt.length - 1);
      decoder.rewind(known);
      if (known < prompt.length - 1) {
        decoder.read(Arrays.copyOfRange(prompt, known, prompt.length - 1));
      }
    }

    private void round(int lookahead) {
      List<Distribution> drafts = new ArrayList<>();
      int[] read = new int[lookahead + 1];
      read[0] = last();
      for (int i = 1; i <= lookahead; i++) {
        Distribution q = of(i == 1 ? drafting.read(unread()) : drafting.read(read[i - 1]));
        drafts.add(q);
        read[i] = q.draw(random.nextDouble());
      }
      Matrix logits = checking.readEach(read);
      passes++;
      proposed += lookahead;
      int kept = 0;
      while (kept < lookahead && !ended) {
        Distribution p = of(logits.row(kept));
        Distribution q = drafts.get(kept);
        int token = read[kept + 1];
        if (random.nextDouble() * q.probability(token) >= p.probability(token)) {
          add(p.without(q).draw(random.nextDouble()));
          break;
        }
        add(token);
        kept++;
      }
      accepted += kept;
      if (kept == lookahead && !ended) {
        add(of(logits.row(kept)).draw(random.nextDouble()));
      }
      int known = prompt.length + tokens.size() - 1;
      checking.rewind(known);
      drafting.rewind(Math.min(drafting.tokens(), known));
    }

    private Distribution of(float[] logits) {
      return Distribution.of(logits, plan.temperature());
    }

    private void add(int token) {
      tokens.add(token);
      ended = target.config().special().end().contains(token);
    }

    private int last() {
      return tokens.isEmpty() ? prompt[prompt.length - 1] : tokens.getLast();
    }

    /** What the draft has still to read. */
    private int[] unread() {
      int from = drafting.tokens();
      int[] rest = new int[prompt.length + tokens.size() - from];
      for (int i = 0; i < rest.length; i++) {
        int at = from + i;
        rest[i] = at < prompt.length ? prompt[at] : tokens.get(at - prompt.length);
      }
      return rest;
    }
  }
}
