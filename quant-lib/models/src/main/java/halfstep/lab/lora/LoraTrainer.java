package halfstep.lab.lora;

import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Trains adapters on a frozen model. Two trainers with one configuration and text begin with the
 * same A and see the same windows, whatever the weights of their models are.
 */
public final class LoraTrainer {

  private final AdaptedModel network;
  private final int[] text;
  private final LoraConfig config;
  private final SplittableRandom windows;
  private final List<LoraStep> steps = new ArrayList<>();

  /**
   * Makes ready.
   *
   * @param model frozen; a quantized one is turned into float32 weights once, with a transposed
   *     copy for the way back
   * @param text tokens to learn from; copied
   * @throws ModelException if the model has parts that cannot be trained through, or the text or
   *     its context is shorter than a window
   */
  public LoraTrainer(Model model, int[] text, LoraConfig config) {
    if (text.length < config.length() || model.config().maxPositions() < config.length()) {
      throw new ModelException(
          "windows of %d tokens cannot be cut from %d tokens, or are longer than the context of %d; use a longer text or --length %d"
              .formatted(
                  config.length(),
                  text.length,
                  model.config().maxPositions(),
                  Math.max(2, Math.min(text.length, model.config().maxPositions()))));
    }
    this.network = new AdaptedModel(model, config);
    this.text = text.clone();
    this.config = config;
    this.windows = new SplittableRandom(config.seed()).split();
  }

  /**
   * Trains to the end.
   *
   * @param each hears every step
   * @return all steps, those taken before included
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted; {@link #steps}
   *     has what was done
   */
  public List<LoraStep> run(Consumer<LoraStep> each) {
    while (steps.size() < config.steps()) {
      each.accept(next());
    }
    return steps();
  }

  /** Takes one step. */
  public LoraStep next() {
    Parallel.checkInterrupt("training");
    int index = steps.size() + 1;
    double loss = network.lossAndGradients(batch());
    double square = 0;
    for (Parameter parameter : network.parameters()) {
      square += Dense.square(parameter.gradient());
    }
    for (Parameter parameter : network.parameters()) {
      parameter.step(index, config.rate(index), config.weightDecay());
    }
    LoraStep step = new LoraStep(index, loss, Math.sqrt(square));
    steps.add(step);
    return step;
  }

  private TokenWindows batch() {
    List<int[]> batch = new ArrayList<>();
    for (int w = 0; w < config.batch(); w++) {
      int from = windows.nextInt(text.length - config.length() + 1);
      batch.add(Arrays.copyOfRange(text, from, from + config.length()));
    }
    return TokenWindows.of(batch);
  }

  /** The steps taken. */
  public List<LoraStep> steps() {
    return List.copyOf(steps);
  }

  /** The model with what was learnt merged into its weights: {@code W + s·B·A}. */
  public Model merged() {
    return network.mergedModel();
  }
}
