package halfstep.eval;

import halfstep.forward.ForwardDevice;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.metric.LogSoftmax;
import halfstep.metric.Prediction;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * Windows evaluated in bundles, with progress told on the caller's thread: on all cores, or bundle
 * by bundle on the device that this thread's work goes to.
 */
final class Sweep implements AutoCloseable {

  private static final String WORK = "the evaluation";

  /** Enough tokens that a bundle's products are large, few enough that its logits stay small. */
  private static final int BUNDLE_TOKENS = 1024;

  private static final int BUNDLES_AT_ONCE = Runtime.getRuntime().availableProcessors();

  private final Optional<KeptLogits> kept;
  private final List<Model> models;
  private final int vocabulary;

  private final Optional<DeviceModels> device;

  /**
   * Brings the models to the device, if the first is there.
   *
   * @param first what the others have beside them on a device; closed after this
   * @param compared whether they are also compared with it
   * @param models at least one
   * @throws ModelException if the vocabularies differ
   */
  Sweep(Reference first, boolean compared, List<Model> models) {
    this.kept = compared ? Optional.of(first.logits()) : Optional.empty();
    this.models = List.copyOf(models);
    this.vocabulary = first.model().config().vocabSize();
    models.forEach(model -> requireSameVocabulary(first.model(), model));
    this.device = first.there().flatMap(there -> DeviceModels.beside(there, this.models));
  }

  private static void requireSameVocabulary(Model reference, Model model) {
    int expected = reference.config().vocabSize();
    int actual = model.config().vocabSize();
    if (expected != actual) {
      throw new ModelException(
          "vocabularies of %d (%s) and %d (%s) tokens cannot be compared"
              .formatted(expected, reference.folder(), actual, model.folder()));
    }
  }

  /**
   * Scores a text; runs the reference once at most.
   *
   * @param tokens not modified
   * @param progress hears the share done, 0 to 1
   * @return one per model, in order
   */
  List<Scores> run(int[] tokens, Windowing windowing, DoubleConsumer progress) {
    Pass pass = new Pass(tokens, windowing);
    int step = pass.bundle * BUNDLES_AT_ONCE;
    int count = pass.cut.count();
    progress.accept(0);
    for (int from = 0; from < count; from += step) {
      int to = Math.min(from + step, count);
      if (!pass.scoredOnDevice(from, to)) {
        pass.scoreOnCores(from, to);
      }
      progress.accept(to / (double) count);
    }
    return pass.scores;
  }

  /** One text on its way through the models. Windows are told by their numbers. */
  private final class Pass {

    private final Cut cut;
    private final int bundle;
    private final Optional<KeptLogits.Text> reference;
    private final List<Scores> scores;

    Pass(int[] tokens, Windowing windowing) {
      this.cut = windowing.cut(tokens);
      this.bundle = Math.max(1, BUNDLE_TOKENS / windowing.ctx());
      this.reference = kept.map(logits -> logits.on(tokens, windowing));
      this.scores = models.stream().map(model -> Scores.of(cut, windowing)).toList();
    }

    void scoreOnCores(int from, int to) {
      Parallel.blocks(
          Math.ceilDiv(to - from, bundle),
          WORK,
          index -> {
            int begin = from + (int) index * bundle;
            score(begin, Math.min(begin + bundle, to));
          });
    }

    /** Whether the device did it. */
    boolean scoredOnDevice(int from, int to) {
      if (device.isEmpty()) {
        return false;
      }
      for (int begin = from; begin < to; begin += bundle) {
        Parallel.checkInterrupt(WORK);
        int end = Math.min(begin + bundle, to);
        TokenWindows part = cut.windows().slice(begin, end);
        Optional<List<List<Prediction>>> found = device.get().predict(part, next(begin, part));
        if (found.isEmpty()) {
          return false;
        }
        for (int m = 0; m < models.size(); m++) {
          int index = cut.start(begin);
          for (Prediction prediction : found.get().get(m)) {
            scores.get(m).add(prediction, index++);
          }
        }
      }
      return true;
    }

    /** For each token of some windows the one that follows, where that is scored. */
    private int[] next(int from, TokenWindows part) {
      int[] next = new int[part.tokens()];
      Arrays.fill(next, ForwardDevice.NOT_SCORED);
      for (int w = 0; w < part.count(); w++) {
        int[] window = part.window(w);
        for (int r = cut.place(from + w).firstScored(); r < window.length - 1; r++) {
          next[part.start(w) + r] = window[r + 1];
        }
      }
      return next;
    }

    private void score(int from, int to) {
      TokenWindows part = cut.windows().slice(from, to);
      Optional<Matrix> expected = reference.map(text -> text.of(from, part));
      List<Matrix> logits = models.stream().map(model -> model.logits(part)).toList();
      LogSoftmax ideal = new LogSoftmax(vocabulary);
      LogSoftmax said = new LogSoftmax(vocabulary);
      for (int w = 0; w < part.count(); w++) {
        int[] window = part.window(w);
        int firstRow = cut.place(from + w).firstScored();
        int row = part.start(w);
        int index = cut.start(from + w);
        for (int r = firstRow; r < window.length - 1; r++) {
          Parallel.checkInterrupt(WORK);
          int next = window[r + 1];
          int prediction = index + r - firstRow;
          int at = row + r;
          expected.ifPresent(matrix -> ideal.of(matrix, at));
          for (int m = 0; m < logits.size(); m++) {
            said.of(logits.get(m), at);
            if (expected.isPresent()) {
              scores.get(m).add(Prediction.of(ideal, said, next), prediction);
            } else {
              scores.get(m).add(said, next, prediction);
            }
          }
        }
      }
    }
  }

  @Override
  public void close() {
    device.ifPresent(DeviceModels::close);
  }
}
