package halfstep.lab.experts;

import halfstep.eval.Divergence;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.LayerRule;
import halfstep.job.LayerSpecs;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.llm.Model;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A mixture whose attention and experts have widths of their own.
 *
 * @param attention bits of the attention's layers
 * @param experts bits of the experts' layers
 * @param bitsPerWeight of all of them together, scales and zeros included
 * @param divergence from the unquantized model
 */
public record MixedBits(int attention, int experts, double bitsPerWeight, Divergence divergence) {

  /**
   * Two widths.
   *
   * @param attention bits of the attention's layers
   * @param experts bits of the experts' layers
   */
  public record Pair(int attention, int experts) {}

  /**
   * Quantizes and evaluates each pair; one pair's model is held at a time.
   *
   * @param pairs at least one
   * @param calibration what a calibrated method looks at, or null
   * @param tokens of the text to evaluate on; not modified
   * @param ctx tokens of a window
   * @param sink takes each as it is known, in order, on the calling thread
   * @param progress hears the share done, 0 to 1
   * @return in the order of {@code pairs}
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static List<MixedBits> of(
      Model model,
      QuantMethod method,
      int groupSize,
      List<Pair> pairs,
      @Nullable Calibration calibration,
      int[] tokens,
      int ctx,
      Consumer<MixedBits> sink,
      DoubleConsumer progress) {
    Expert.of(model);
    List<MixedBits> rows = new ArrayList<>();
    double n = pairs.size();
    try (Reference reference = new Reference(model)) {
      for (Pair pair : pairs) {
        DoubleConsumer own = Part.of(progress, rows.size() / n, (rows.size() + 1) / n);
        Map<String, QuantizedMatrix> layers =
            form(method, groupSize, pair)
                .quantize(model, model.layers(), calibration, Part.of(own, 0, 0.5));
        Divergence found =
            reference.divergence(
                model.withWeights(Form.weights(layers)),
                tokens,
                Windowing.papers(ctx),
                Part.of(own, 0.5, 1));
        double bits = Form.bitsPerWeight(layers);
        rows.add(new MixedBits(pair.attention(), pair.experts(), bits, found));
        sink.accept(rows.getLast());
      }
    }
    return rows;
  }

  private static Form form(QuantMethod method, int groupSize, Pair pair) {
    QuantSpec usual = method.fitted(QuantSpec.of(pair.attention(), groupSize));
    LayerRule experts =
        new LayerRule("*.experts.*", Optional.of(Bits.of(pair.experts())), OptionalInt.empty());
    return new Form(
        "attention %d, experts %d".formatted(pair.attention(), pair.experts()),
        method,
        new LayerSpecs(usual, List.of(experts)));
  }

  /** {@code attention 4, experts 3}. */
  public String label() {
    return "attention %d, experts %d".formatted(attention, experts);
  }
}
