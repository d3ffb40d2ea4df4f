package halfstep.lab.experts;

import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.llm.TokenWindows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * Which experts a model's router lets several texts reach.
 *
 * @param experts of a block
 * @param perToken experts that a token runs through
 * @param reaches text by text, then expert by expert
 */
public record Coverage(int experts, int perToken, List<Reach> reaches) {

  /** Takes a copy. */
  public Coverage {
    reaches = List.copyOf(reaches);
  }

  /**
   * A text with a name.
   *
   * @param name for the table
   * @param windows its tokens
   */
  public record Sample(String name, TokenWindows windows) {}

  /**
   * Runs texts through the model and counts.
   *
   * @param texts at least one
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the model is no mixture, or cannot read a text
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Coverage of(Model model, List<Sample> texts, DoubleConsumer progress) {
    List<Expert> experts = Expert.of(model);
    List<Reach> reaches = new ArrayList<>();
    int blocks = model.config().layers();
    double steps = (double) texts.size() * blocks;
    for (int t = 0; t < texts.size(); t++) {
      Sample text = texts.get(t);
      HiddenStates states = model.embed(text.windows());
      for (int block = 0; block < blocks; block++) {
        BlockCapture capture = model.capture(states);
        reaches.addAll(reaches(capture, experts, text));
        states = capture.output();
        progress.accept((t * blocks + block + 1) / steps);
      }
    }
    var mixture = model.config().mixture().orElseThrow();
    return new Coverage(mixture.count(), mixture.perToken(), reaches);
  }

  private static List<Reach> reaches(BlockCapture capture, List<Expert> experts, Sample text) {
    List<Integer> lengths = new ArrayList<>();
    for (int w = 0; w < text.windows().count(); w++) {
      lengths.add(text.windows().length(w));
    }
    Map<String, List<Integer>> byLayer = new HashMap<>();
    for (ScaleGroup group : capture.scaleGroups()) {
      byLayer.put(group.layers().getFirst(), group.windowRows());
    }
    List<Integer> none = Collections.nCopies(lengths.size(), 0);
    return experts.stream()
        .filter(expert -> expert.block() == capture.block())
        .map(expert ->
            new Reach(expert, text.name(), byLayer.getOrDefault(expert.down(), none), lengths))
        .toList();
  }

  /** Names of the texts, in order. */
  public List<String> texts() {
    return reaches.stream().map(Reach::text).distinct().toList();
  }

  /** What one text reaches, expert by expert. */
  public List<Reach> of(String text) {
    return reaches.stream().filter(reach -> reach.text().equals(text)).toList();
  }

  /** The share that each expert would have if the router preferred none. */
  public double even() {
    return (double) perToken / experts;
  }

  /** Experts that fewer than {@code least} tokens of a text reach. */
  public List<Reach> starved(long least) {
    return reaches.stream().filter(reach -> reach.tokens() < least).toList();
  }

  /**
   * How differently two texts are routed in a block: total variation between their shares, 0 for
   * alike, 1 for no expert in common.
   */
  public double distance(String first, String second, int block) {
    List<Reach> a = of(first, block);
    List<Reach> b = of(second, block);
    double sum = 0;
    for (int e = 0; e < a.size(); e++) {
      sum += Math.abs(a.get(e).share() - b.get(e).share());
    }
    return sum / (2 * perToken);
  }

  private List<Reach> of(String text, int block) {
    return of(text).stream().filter(reach -> reach.expert().block() == block).toList();
  }
}
