package halfstep.lab.lora;

import halfstep.eval.Divergence;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.PairedComparison;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The same fine-tuning on the original and on quantized bases. The same model, bases, texts and
 * configuration give the same numbers for any number of threads.
 *
 * @param config of all trainings
 * @param rows the original first, then base by base
 */
public record LoraStudy(LoraConfig config, List<LoraRow> rows) {

  /** What the original is called. */
  public static final String ORIGINAL = "fp";

  private static final double UNQUANTIZED = 16;

  /** Share of a base's work that training is guessed at. */
  private static final double TRAINING = 0.9;

  /** Takes a copy. */
  public LoraStudy {
    rows = List.copyOf(rows);
  }

  /**
   * A quantized base.
   *
   * @param name such as {@code awq3 (prose)}
   * @param form how it is quantized
   * @param calibration what a calibrated method looks at, or null
   */
  public record Base(String name, Form form, @Nullable TokenWindows calibration) {

    Map<String, QuantizedMatrix> quantize(Model model) {
      Calibration seen = calibration == null ? null : Calibration.of(calibration);
      return form.quantize(model, model.layers(), seen, done -> {});
    }
  }

  /**
   * Text to learn from and text to be judged on.
   *
   * @param training tokens
   * @param heldOut windows of one length, at least 2; none of their text is in {@code training}
   */
  public record Texts(TokenWindows training, TokenWindows heldOut) {}

  /** A base trained, before it is judged. */
  private record Trained(
      String name,
      double bitsPerWeight,
      List<LoraStep> steps,
      Model before,
      Model after,
      Optional<Model> requantized,
      double mergeError) {}

  /** A base with its losses on the held-out text; its models are gone. */
  private record Judged(
      String name,
      double bitsPerWeight,
      List<LoraStep> steps,
      double mergeError,
      Divergence before,
      Divergence after,
      Optional<Divergence> requantized) {}

  /**
   * Runs it. One base's models are held at a time.
   *
   * @param bases beside the original; may be none
   * @param sink takes each row as it is known, in order, on the calling thread
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the model cannot be trained through, or a text is too
   *     short
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static LoraStudy run(
      Model model,
      List<Base> bases,
      Texts texts,
      LoraConfig config,
      Consumer<LoraRow> sink,
      DoubleConsumer progress) {
    double runs = bases.size() + 1.0;
    int[] text = texts.training().all();
    List<LoraRow> rows = new ArrayList<>();
    DoubleConsumer first = Part.of(progress, 0, 1 / runs);
    try (Reference reference = new Reference(model)) {
      Judged original =
          judged(
              reference,
              original(model, text, config, Part.of(first, 0, TRAINING)),
              texts.heldOut(),
              Part.of(first, TRAINING, 1));
      rows.add(row(original, original, config));
      sink.accept(rows.getLast());
      for (Base base : bases) {
        DoubleConsumer own = Part.of(progress, rows.size() / runs, (rows.size() + 1) / runs);
        Judged judged =
            judged(
                reference,
                quantized(model, base, text, config, Part.of(own, 0, TRAINING)),
                texts.heldOut(),
                Part.of(own, TRAINING, 1));
        rows.add(row(judged, original, config));
        sink.accept(rows.getLast());
      }
    }
    return new LoraStudy(config, rows);
  }

  private static Trained original(
      Model model, int[] text, LoraConfig config, DoubleConsumer progress) {
    LoraTrainer trainer = trainer(model, text, config, progress);
    return new Trained(
        ORIGINAL, UNQUANTIZED, trainer.steps(), model, trainer.merged(), Optional.empty(), 0);
  }

  private static Trained quantized(
      Model model, Base base, int[] text, LoraConfig config, DoubleConsumer progress) {
    Map<String, QuantizedMatrix> codes = base.quantize(model);
    Model before = model.withWeights(Form.weights(codes));
    LoraTrainer trainer = trainer(before, text, config, progress);
    Model after = trainer.merged();
    Map<String, Matrix> again = Form.weights(base.quantize(after));
    double error = 0;
    for (Map.Entry<String, Matrix> layer : again.entrySet()) {
      error +=
          ErrorMetrics.between(after.weight(layer.getKey()), layer.getValue()).relativeFrobenius();
    }
    return new Trained(
        base.name(),
        Form.bitsPerWeight(codes),
        trainer.steps(),
        before,
        after,
        Optional.of(model.withWeights(again)),
        error / again.size());
  }

  private static LoraTrainer trainer(
      Model model, int[] text, LoraConfig config, DoubleConsumer progress) {
    LoraTrainer trainer = new LoraTrainer(model, text, config);
    trainer.run(step -> progress.accept((double) step.index() / config.steps()));
    return trainer;
  }

  private static Judged judged(
      Reference original, Trained base, TokenWindows heldOut, DoubleConsumer progress) {
    List<Model> models = new ArrayList<>(List.of(base.before(), base.after()));
    base.requantized().ifPresent(models::add);
    List<Divergence> found =
        original.divergences(models, heldOut.all(), Windowing.papers(heldOut.longest()), progress);
    return new Judged(
        base.name(),
        base.bitsPerWeight(),
        base.steps(),
        base.mergeError(),
        found.get(0),
        found.get(1),
        base.requantized().map(again -> found.get(2)));
  }

  private static LoraRow row(Judged base, Judged original, LoraConfig config) {
    double[] untrained = original.before().nllByWindow().toArray();
    double[] full = fall(original.before(), original.after());
    long seed = config.seed();
    return new LoraRow(
        base.name(),
        base.bitsPerWeight(),
        base.steps(),
        Stability.of(base.steps(), original.steps(), config.warmup(), seed),
        base.before(),
        base.after(),
        base.requantized(),
        base.mergeError(),
        Kept.of(fall(base.before(), base.after()), full, seed),
        base.requantized().map(again -> Kept.of(fall(base.before(), again), full, seed)),
        PairedComparison.of(base.after().nllByWindow().toArray(), untrained, seed));
  }

  /** Fall of the loss, window by window. */
  private static double[] fall(Divergence before, Divergence after) {
    double[] fall = before.nllByWindow().toArray();
    for (int w = 0; w < fall.length; w++) {
      fall[w] -= after.nllByWindow().get(w);
    }
    return fall;
  }
}
