package halfstep.lab.logic;

import halfstep.lab.draft.Distribution;
import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Continuations of one prompt, written in step, so that weights are read once for all of them. Each
 * draws with numbers of its own: what it writes does not depend on how many are written beside it.
 */
final class InStep {

  private final Model model;
  private final LogicStudy.Plan plan;

  InStep(Model model, LogicStudy.Plan plan) {
    this.model = model;
    this.plan = plan;
  }

  /**
   * Writes.
   *
   * @param prompt token ids, at least one; not modified
   * @param seed of the first; each further one has the next
   * @return tokens of each without the prompt and without the token that ended it
   */
  List<int[]> write(int[] prompt, long seed) {
    List<Text> texts = new ArrayList<>();
    List<int[]> step = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      texts.add(new Text(new SplittableRandom(seed + draw)));
      step.add(prompt);
    }
    List<Integer> end = model.config().special().end();
    // the last tokens written are never read
    Decoder decoder = new Decoder(model, plan.draws(), prompt.length + plan.length() - 1);
    for (int at = 0; at < plan.length(); at++) {
      Parallel.checkInterrupt("writing Java");
      Matrix logits = decoder.read(step);
      step.clear();
      boolean done = true;
      for (int draw = 0; draw < texts.size(); draw++) {
        Text text = texts.get(draw);
        int token =
            Distribution.of(logits.row(draw), plan.temperature()).draw(text.random.nextDouble());
        text.add(token, end);
        step.add(new int[] {token});
        done &= text.ended;
      }
      if (done) {
        break;
      }
    }
    return texts.stream().map(Text::tokens).toList();
  }

  /** One continuation on its way; what is drawn behind its end is thrown away. */
  private static final class Text {
    private final SplittableRandom random;
    private final List<Integer> tokens = new ArrayList<>();
    private boolean ended;

    Text(SplittableRandom random) {
      this.random = random;
    }

    void add(int token, List<Integer> end) {
      ended |= end.contains(token);
      if (!ended) {
        tokens.add(token);
      }
    }

    int[] tokens() {
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
