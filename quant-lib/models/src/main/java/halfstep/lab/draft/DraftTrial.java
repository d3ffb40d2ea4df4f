package halfstep.lab.draft;

import halfstep.lab.draft.DraftStudy.Plan;
import halfstep.lab.draft.Speculative.Written;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Parallel;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/** What each draft is measured on: texts that the target wrote, and the target's own pace. */
final class DraftTrial {

  private final Model target;
  private final TokenWindows begun;
  private final Plan plan;
  private final Acceptance drawn;
  private final Acceptance greedy;
  private final Pace pace;

  /**
   * Lets the target write.
   *
   * @param begun the beginnings of its texts, each as long as a prompt
   * @param progress hears the share done, 0 to 1
   */
  DraftTrial(Model target, TokenWindows begun, Plan plan, DoubleConsumer progress) {
    this.target = target;
    this.begun = begun;
    this.plan = plan;
    Contexts sampled = contexts(1, Part.of(progress, 0, 0.5));
    this.drawn = new Acceptance(target, sampled, 1);
    this.greedy = new Acceptance(target, contexts(0, Part.of(progress, 0.5, 1)), 0);
    int[] context = Arrays.copyOf(sampled.windows().window(0), plan.length() - 1);
    this.pace = new Pace(context, plan.seconds());
  }

  private Contexts contexts(double temperature, DoubleConsumer progress) {
    return Contexts.written(
        target, begun, plan.prompt(), plan.length(), temperature, plan.seed(), progress);
  }

  /** Measures a draft. */
  DraftRow row(Draft draft, DoubleConsumer progress) {
    Share kept = share(drawn, draft);
    Share same = share(greedy, draft);
    progress.accept(0.3);
    double cost = pace.over(draft.packed(), 1, target);
    progress.accept(0.5);
    double tokens = tokensPerPass(draft.packed());
    progress.accept(1);
    String method = draft.form().method().label();
    return new DraftRow(
        draft.form().name(), method, draft.bitsPerWeight(), kept, same, tokens, cost);
  }

  private Share share(Acceptance acceptance, Draft draft) {
    return acceptance.of(List.of(draft.dense()), plan.seed(), done -> {}).getFirst();
  }

  /** Writes the texts with this draft, a text per prompt. */
  private double tokensPerPass(Model draft) {
    Written[] written = new Written[begun.count()];
    Speculative.Plan how = new Speculative.Plan(plan.lookahead(), plan.length() - plan.prompt(), 1);
    Parallel.blocks(
        written.length,
        "speculative decoding",
        text ->
            written[(int) text] =
                new Speculative(target, draft, begun.window((int) text), how)
                    .write(plan.seed() + text));
    double tokens = 0;
    double passes = 0;
    for (Written text : written) {
      tokens += text.tokens().size();
      passes += text.passes();
    }
    return tokens / passes;
  }

  /** How long the target's pass over {@code lookahead + 1} tokens takes, in tokens of its own. */
  double check() {
    return pace.over(target, plan.lookahead() + 1, target);
  }

  /** Whether what is written with a draft is what the target alone would write. */
  Equality equality(Draft draft, DoubleConsumer progress) {
    return Equality.of(
        target,
        draft.packed(),
        draft.form().name(),
        begun.window(0),
        plan.lookahead(),
        plan.samples(),
        plan.seed(),
        progress);
  }
}
