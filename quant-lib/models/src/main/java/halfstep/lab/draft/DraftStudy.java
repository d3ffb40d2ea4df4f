package halfstep.lab.draft;

import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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

  /** Share of the work after which the texts are written, and after which drafts are measured. */
  private static final double TEXTS = 0.1;

  private static final double DRAFTS = 0.75;

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

  /**
   * Runs it. One draft is held at a time, and the codes of the one refused most often so far.
   *
   * @param forms the drafts, at least one
   * @param calibration what calibrated methods look at, or null
   * @param prompts as many windows as texts are to be written, each as long as a prompt or longer
   * @param sink takes each row as it is known, in order, on the calling thread
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
      Consumer<DraftRow> sink,
      DoubleConsumer progress) {
    DraftTrial trial =
        new DraftTrial(target, begun(prompts, plan), plan, Part.of(progress, 0, TEXTS));
    List<DraftRow> rows = new ArrayList<>();
    Draft worst = null;
    double least = Double.POSITIVE_INFINITY;
    for (Form form : forms) {
      double n = forms.size();
      DoubleConsumer own = Part.of(progress, part(rows.size() / n), part((rows.size() + 1) / n));
      Draft draft = Draft.of(target, form, calibration, Part.of(own, 0, 0.5));
      DraftRow row = trial.row(draft, Part.of(own, 0.5, 1));
      rows.add(row);
      sink.accept(row);
      if (row.acceptance().value() < least) {
        least = row.acceptance().value();
        worst = draft.codesOnly();
      }
    }
    double check = trial.check();
    Equality equality = trial.equality(Objects.requireNonNull(worst), Part.of(progress, DRAFTS, 1));
    return new DraftStudy(plan, rows, check, equality);
  }

  /** Where in the whole a share of the drafts lies. */
  private static double part(double share) {
    return TEXTS + (DRAFTS - TEXTS) * share;
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
}
