package halfstep.lab.experts;

import halfstep.lab.experts.Coverage.Sample;
import halfstep.lab.experts.MixedBits.Pair;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The whole experiment on a mixture of experts. Each text is cut in two: its first half may
 * calibrate, on the second halves of all texts together errors are measured. The same model, texts
 * and plan give the same numbers for any number of threads.
 *
 * @param coverage what the whole texts reach
 * @param errors of every form on every judged expert
 * @param bySize AWQ beside rounding, per calibration text and length
 * @param bySeen AWQ beside rounding, by how many tokens reached the expert in calibration
 * @param hqq HQQ beside rounding
 * @param mixed widths of attention and experts
 */
public record ExpertStudy(
    Coverage coverage,
    List<ExpertError> errors,
    List<Balance> bySize,
    List<Balance> bySeen,
    Balance hqq,
    List<MixedBits> mixed) {

  /** The name of the calibration set that is made of all texts. */
  public static final String ALL = "all";

  /**
   * What to try.
   *
   * @param bits of the experts
   * @param groupSize weights that share a scale
   * @param sizes tokens to calibrate with; what a text does not have is left out
   * @param pairs widths of attention and experts, quantized with HQQ
   * @param seed of the bootstrap
   */
  public record Plan(int bits, int groupSize, List<Integer> sizes, List<Pair> pairs, long seed) {
    /** Takes copies. */
    public Plan {
      sizes = List.copyOf(sizes);
      pairs = List.copyOf(pairs);
    }
  }

  /** Takes copies. */
  public ExpertStudy {
    errors = List.copyOf(errors);
    bySize = List.copyOf(bySize);
    bySeen = List.copyOf(bySeen);
    mixed = List.copyOf(mixed);
  }

  /**
   * Runs it.
   *
   * @param texts each of at least two windows; all windows of one length
   * @param known hears, each time that there is more, how to make the study of what is known; it
   *     may lack calibrations and widths
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws ModelException if the model is no mixture, or a text is too short
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static ExpertStudy run(
      Model model,
      List<Sample> texts,
      Plan plan,
      Consumer<Supplier<ExpertStudy>> known,
      DoubleConsumer progress) {
    Coverage coverage = Coverage.of(model, texts, Part.of(progress, 0, 0.05));
    TokenWindows evaluation = alternating(texts.stream().map(ExpertStudy::secondHalf).toList());
    ExpertTrial trial = new ExpertTrial(model, evaluation);
    int bits = plan.bits();
    QuantSpec spec = QuantSpec.of(bits, plan.groupSize());
    Form rounded = new Form("rtn" + bits, new Rtn(), spec.with(ZeroPoint.INTEGER));
    Findings found =
        new Findings(
            plan,
            coverage,
            trial.of(rounded, done -> {}),
            trial.of(Form.of(Hqq.DEFAULT, bits, plan.groupSize()), done -> {}));
    known.accept(found::study);
    Form awq = Form.of(Awq.DEFAULT, bits, plan.groupSize());
    List<Sample> sets = calibrations(texts, plan.sizes());
    for (int i = 0; i < sets.size(); i++) {
      double from = 0.05 + 0.75 * i / sets.size();
      double to = 0.05 + 0.75 * (i + 1) / sets.size();
      found.aware.add(trial.of(awq, sets.get(i), Part.of(progress, from, to)));
      known.accept(found::study);
    }
    MixedBits.of(
        model,
        Hqq.DEFAULT,
        plan.groupSize(),
        plan.pairs(),
        null,
        evaluation.all(),
        evaluation.longest(),
        pair -> {
          found.mixed.add(pair);
          known.accept(found::study);
        },
        Part.of(progress, 0.8, 1));
    return found.study();
  }

  /** What is known so far. */
  private static final class Findings {
    private final Plan plan;
    private final Coverage coverage;
    private final List<ExpertError> rtn;
    private final List<ExpertError> hqq;
    private final List<List<ExpertError>> aware = new ArrayList<>();
    private final List<MixedBits> mixed = new ArrayList<>();

    Findings(Plan plan, Coverage coverage, List<ExpertError> rtn, List<ExpertError> hqq) {
      this.plan = plan;
      this.coverage = coverage;
      this.rtn = rtn;
      this.hqq = hqq;
    }

    ExpertStudy study() {
      List<Balance> bySize = new ArrayList<>();
      for (List<ExpertError> set : aware) {
        ExpertError first = set.getFirst();
        String group = "%s, %d tokens".formatted(first.calibration(), first.calibrationTokens());
        bySize.add(Balance.of(group, set, rtn, plan.seed()));
      }
      List<ExpertError> awq = aware.stream().flatMap(List::stream).toList();
      return new ExpertStudy(
          coverage,
          Stream.of(rtn, hqq, awq).flatMap(List::stream).toList(),
          bySize,
          Balance.bySeen(awq, rtn, plan.seed()),
          Balance.of("all experts", hqq, rtn, plan.seed()),
          mixed);
    }
  }

  /**
   * How many of the judged experts fewer than {@code least} tokens of a calibration set reached.
   *
   * @param text the set's text
   * @param tokens its length
   */
  public long starved(String text, int tokens, long least) {
    return errors.stream()
        .filter(error -> error.calibration().equals(text) && error.calibrationTokens() == tokens)
        .filter(error -> error.seen() < least)
        .count();
  }

  /** Each text alone and all together, at every length that they have. */
  private static List<Sample> calibrations(List<Sample> texts, List<Integer> sizes) {
    List<Sample> halves = new ArrayList<>(texts.stream().map(ExpertStudy::firstHalf).toList());
    if (texts.size() > 1) {
      halves.add(new Sample(ALL, alternating(halves)));
    }
    List<Sample> sets = new ArrayList<>();
    for (Sample half : halves) {
      for (int size : sizes) {
        if (size <= half.windows().tokens()) {
          sets.add(new Sample(half.name(), first(half.windows(), size)));
        }
      }
    }
    if (sets.isEmpty()) {
      throw new ModelException(
          "no text has as many tokens to calibrate with as the shortest length asked for, %s; use a longer text or --sizes 64"
              .formatted(sizes));
    }
    return sets;
  }

  /** The first tokens, in windows; the last of them may be shorter. */
  private static TokenWindows first(TokenWindows windows, int tokens) {
    List<int[]> taken = new ArrayList<>();
    int left = tokens;
    for (int w = 0; left > 0; w++) {
      int[] window = windows.window(w);
      taken.add(window.length <= left ? window : Arrays.copyOf(window, left));
      left -= Math.min(left, window.length);
    }
    return TokenWindows.of(taken);
  }

  private static Sample firstHalf(Sample text) {
    int windows = text.windows().count();
    if (windows < 2) {
      throw new ModelException(
          "%s fills %d window of %d tokens; half of it calibrates and half evaluates, so it needs two: use a longer text or a smaller --ctx"
              .formatted(text.name(), windows, text.windows().longest()));
    }
    return new Sample(text.name(), text.windows().first(windows / 2));
  }

  private static Sample secondHalf(Sample text) {
    firstHalf(text);
    int windows = text.windows().count();
    return new Sample(text.name(), text.windows().slice(windows / 2, windows));
  }

  /** A window of each text in turn, so that the first of them are a mixture, too. */
  private static TokenWindows alternating(List<Sample> texts) {
    List<int[]> windows = new ArrayList<>();
    int most = texts.stream().mapToInt(text -> text.windows().count()).max().orElseThrow();
    for (int w = 0; w < most; w++) {
      for (Sample text : texts) {
        if (w < text.windows().count()) {
          windows.add(text.windows().window(w));
        }
      }
    }
    return TokenWindows.of(windows);
  }
}
