package halfstep.lab.logic;

import halfstep.lab.draft.Distribution;
import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Continuations of one prompt, written in step, so that weights are read once for all of them, and
 * each only until the parser has a verdict. Each draws with numbers of its own.
 */
final class InStep {

  private static final String LINE_BREAK = "\n";

  private final Model model;
  private final Tokenizer tokenizer;
  private final LogicStudy.Plan plan;
  private final JavaParser parser;

  /** A writer whose parser may be asked on any thread, also while another asks. */
  InStep(Model model, Tokenizer tokenizer, LogicStudy.Plan plan, JavaParser parser) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.plan = plan;
    this.parser = parser;
  }

  /**
   * Writes.
   *
   * @param prompt ends with a line break
   * @param seed of the first; each further one has the next
   * @return what came of each
   */
  List<Attempt> write(String prompt, long seed) {
    int[] read = tokenizer.encode(prompt);
    List<Text> texts = new ArrayList<>();
    List<int[]> step = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      texts.add(new Text(seed + draw, new Judgement(prompt, parser)));
      step.add(read);
    }
    List<Text> open = texts;
    // the last tokens written are never read
    Decoder decoder = new Decoder(model, plan.draws(), read.length + plan.length() - 1);
    for (int at = 0; at < plan.length() && !open.isEmpty(); at++) {
      Parallel.checkInterrupt("writing Java");
      Matrix logits = decoder.read(step);
      List<Text> before = open;
      for (int text = 0; text < before.size(); text++) {
        before.get(text).draw(logits.row(text));
      }
      int[] goOn = IntStream.range(0, before.size()).filter(t -> !before.get(t).done).toArray();
      open = IntStream.of(goOn).mapToObj(before::get).toList();
      step = open.stream().map(text -> new int[] {text.tokens.getLast()}).toList();
      if (!open.isEmpty() && open.size() < before.size()) {
        decoder = decoder.only(goOn);
      }
    }
    return texts.stream().map(Text::attempt).toList();
  }

  /** One continuation on its way. */
  private final class Text {
    private final SplittableRandom random;
    private final Judgement judgement;
    private final List<Integer> tokens = new ArrayList<>();
    private boolean done;

    Text(long seed, Judgement judgement) {
      this.random = new SplittableRandom(seed);
      this.judgement = judgement;
    }

    void draw(float[] logits) {
      int token = Distribution.of(logits, plan.temperature()).draw(random.nextDouble());
      done = model.config().special().end().contains(token);
      if (!done) {
        tokens.add(token);
        done = breaksLine(token) && judgement.falls(text());
      }
    }

    private boolean breaksLine(int token) {
      return tokenizer.decode(new int[] {token}).contains(LINE_BREAK);
    }

    private String text() {
      return tokenizer.decode(tokens.stream().mapToInt(Integer::intValue).toArray());
    }

    Attempt attempt() {
      return judgement.attempt(text());
    }
  }
}
