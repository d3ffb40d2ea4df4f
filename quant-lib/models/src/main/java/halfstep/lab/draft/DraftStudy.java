package halfstep.lab.draft;

import halfstep.job.Calibration;
import halfstep.lab.draft.Speculative.Written;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A model's quantized forms as drafts of itself. All but the costs is the same for the same model,
 * prompts and plan, for any number of threads.
 *
 * @param plan what was asked for
 * @param rows one per draft
 * @param check measured time of the target's pass over {@code lookahead + 1} tokens, in tokens of
 *     the target
 * @param equality the test with the draft that is refused most often
 */
public record DraftStudy(Plan plan, List<DraftRow> rows, double check, Equality equality) {

  /**
   * What to try.
   *
   * @param texts how many the target writes, at least 2
   * @param prompt tokens given of each
   * @param length tokens of prompt and text
   * @param lookahead tokens proposed at a time
   * @param samples continuations each way in the test
   * @param seed of everything drawn
   * @param seconds how long to measure each cost
   */
  public record Plan(
      int texts, int prompt, int length, int lookahead, int samples, long seed, double seconds) {
    /** Refuses what says nothing. */
    public Plan {
      if (texts < 2 || prompt < 1 || length <= prompt || lookahead < 1 || samples < 1) {
        throw new ModelException(
            "%d texts of %d tokens behind %d, lookahead %d, %d samples: at least 2 texts that are longer than their prompt of 1 or more, lookahead 1 and 1 sample"
                .formatted(texts, length, prompt, lookahead, samples));
      }
    }
  }

  /** Takes a copy. */
  public DraftStudy {
    rows = List.copyOf(rows);
  }

  /** A draft in the two shapes it runs in: weights for many tokens at once, codes for few. */
  private record Draft(Form form, double bitsPerWeight, Model dense, Model packed) {
    DraftRow row(Share kept, Share same, double tokensPerPass, double cost) {
      String method = form.method().label();
      return new DraftRow(form.name(), method, bitsPerWeight, kept, same, tokensPerPass, cost);
    }
  }

  /**
   * Runs it.
   *
   * @param forms the drafts, at least one
   * @param calibration what calibrated methods look at, or null
   * @param prompts as many windows as texts are to be written, each as long as a prompt or longer
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws ModelException if the prompts are too few or too short
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static DraftStudy run(
      Model target,
      List<Form> forms,
      @Nullable Calibration calibration,
      TokenWindows prompts,
      Plan plan,
      DoubleConsumer progress) {
    TokenWindows begun = begun(prompts, plan);
    List<Draft> drafts = drafts(target, forms, calibration, Part.of(progress, 0, 0.35));
    Contexts sampled = contexts(target, begun, plan, 1, Part.of(progress, 0.35, 0.4));
    Contexts greedy = contexts(target, begun, plan, 0, Part.of(progress, 0.4, 0.45));
    List<Model> dense = drafts.stream().map(Draft::dense).toList();
    List<Share> kept =
        new Acceptance(target, sampled, 1).of(dense, plan.seed(), Part.of(progress, 0.45, 0.5));
    List<Share> same =
        new Acceptance(target, greedy, 0).of(dense, plan.seed(), Part.of(progress, 0.5, 0.55));
    int[] context = Arrays.copyOf(sampled.windows().window(0), plan.length() - 1);
    Pace pace = new Pace(context, plan.seconds());
    List<DraftRow> rows = new ArrayList<>();
    for (int d = 0; d < drafts.size(); d++) {
      double cost = pace.over(drafts.get(d).packed(), 1, target);
      double tokens = tokensPerPass(target, drafts.get(d).packed(), begun, plan);
      rows.add(drafts.get(d).row(kept.get(d), same.get(d), tokens, cost));
      progress.accept(0.55 + 0.2 * (d + 1) / drafts.size());
    }
    double check = pace.over(target, plan.lookahead() + 1, target);
    int worst = worst(rows);
    Equality equality =
        Equality.of(
            target,
            drafts.get(worst).packed(),
            rows.get(worst).name(),
            begun.window(0),
            plan.lookahead(),
            plan.samples(),
            plan.seed(),
            Part.of(progress, 0.75, 1));
    return new DraftStudy(plan, rows, check, equality);
  }

  private static Contexts contexts(
      Model target, TokenWindows begun, Plan plan, double temperature, DoubleConsumer progress) {
    return Contexts.written(
        target, begun, plan.prompt(), plan.length(), temperature, plan.seed(), progress);
  }

  /** The draft that is refused most often. */
  private static int worst(List<DraftRow> rows) {
    int worst = 0;
    for (int d = 1; d < rows.size(); d++) {
      boolean less = rows.get(d).acceptance().value() < rows.get(worst).acceptance().value();
      worst = less ? d : worst;
    }
    return worst;
  }

  private static TokenWindows begun(TokenWindows prompts, Plan plan) {
    if (prompts.count() < plan.texts() || prompts.longest() < plan.prompt()) {
      throw new ModelException(
          "%d windows of %d tokens are too few to begin %d texts with %d tokens each; use a longer text, or fewer texts"
              .formatted(prompts.count(), prompts.longest(), plan.texts(), plan.prompt()));
    }
    List<int[]> begun = new ArrayList<>();
    for (int t = 0; t < plan.texts(); t++) {
      begun.add(Arrays.copyOf(prompts.window(t), plan.prompt()));
    }
    return TokenWindows.of(begun);
  }

  private static List<Draft> drafts(
      Model target, List<Form> forms, @Nullable Calibration calibration, DoubleConsumer progress) {
    List<Draft> drafts = new ArrayList<>();
    for (Form form : forms) {
      double before = drafts.size();
      Map<String, QuantizedMatrix> layers =
          form.quantize(
              target,
              target.layers(),
              calibration,
              Part.of(progress, before / forms.size(), (before + 1) / forms.size()));
      drafts.add(
          new Draft(
              form,
              Form.bitsPerWeight(layers),
              target.withWeights(Form.weights(layers)),
              target.withQuantized(layers)));
    }
    return drafts;
  }

  /** Writes the texts with this draft, a text per prompt. */
  private static double tokensPerPass(Model target, Model draft, TokenWindows begun, Plan plan) {
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
}
