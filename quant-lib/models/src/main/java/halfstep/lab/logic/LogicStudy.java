package halfstep.lab.logic;

import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.lab.form.Part;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.metric.PairedComparison;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Parallel;
import halfstep.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a model and its quantized forms finish pieces of Java and asks a parser what came of them.
 * The same model, forms and plan give the same figures for any number of threads.
 *
 * @param plan what was asked for
 * @param rows the original first, then form by form
 */
public record LogicStudy(Plan plan, List<LogicRow> rows) {

  /** Beginnings of Java, written for this. Each is unfinished and ends with a line break. */
  public static final List<String> PROMPTS =
      List.of(
          "public static int max(int a, int b) {\n",
          "public boolean isEmpty() {\n",
          "private int size;\n\npublic int getSize() {\n",
          "public static double sum(double[] values) {\n    double sum = 0;\n",
          "for (int i = 0; i < values.length; i++) {\n",
          "while (index < length) {\n",
          "@Override\npublic String toString() {\n",
          "public void add(String name) {\n",
          "public static boolean equals(char[] a, char[] b) {\n    if (a.length != b.length) {\n",
          "/**\n * Returns the length.\n */\npublic int length() {\n",
          "public Point(double x, double y) {\n    this.x = x;\n",
          "private static String join(String[] parts) {\n    StringBuilder text = new StringBuilder();\n");

  private static final String ORIGINAL = "fp";
  private static final double UNQUANTIZED = 16;

  /** Prompts between two reports of progress. */
  private static final int AT_ONCE = 4;

  /**
   * How much to try.
   *
   * @param draws continuations of each prompt
   * @param length most tokens of each
   * @param temperature above 0
   * @param seed of the draws and the bootstrap
   */
  public record Plan(int draws, int length, double temperature, long seed) {
    /** Refuses what says nothing. */
    public Plan {
      if (draws < 1 || length < 1 || !(temperature > 0)) {
        throw new ModelException(
            "%d draws of %d tokens at temperature %s: at least 1, 1 and above 0"
                .formatted(draws, length, temperature));
      }
    }
  }

  /**
   * A form to try.
   *
   * @param name for the table
   * @param form how it is quantized
   * @param calibration what a calibrated method looks at, or null
   */
  public record Variant(String name, Form form, @Nullable Calibration calibration) {}

  /** Takes a copy. */
  public LogicStudy {
    rows = List.copyOf(rows);
  }

  /**
   * Runs it. One form's codes are held at a time.
   *
   * @param variants beside the original; may be none
   * @param sink takes each row as it is known, in order, on the calling thread
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static LogicStudy run(
      Model model,
      Tokenizer tokenizer,
      List<Variant> variants,
      Plan plan,
      JavaParser parser,
      Consumer<LogicRow> sink,
      DoubleConsumer progress) {
    double runs = variants.size() + 1;
    JavaParser inTurn = new TurnsWithMemory(parser);
    List<Attempt> original =
        attempts(model, tokenizer, plan, inTurn, Part.of(progress, 0, 1 / runs));
    List<LogicRow> rows = new ArrayList<>();
    rows.add(row(ORIGINAL, UNQUANTIZED, original, original, plan));
    sink.accept(rows.getLast());
    for (Variant variant : variants) {
      double before = rows.size();
      Map<String, QuantizedMatrix> layers =
          variant
              .form()
              .quantize(
                  model,
                  model.layers(),
                  variant.calibration(),
                  Part.of(progress, before / runs, (before + 0.2) / runs));
      List<Attempt> attempts =
          attempts(
              model.withQuantized(layers),
              tokenizer,
              plan,
              inTurn,
              Part.of(progress, (before + 0.2) / runs, (before + 1) / runs));
      rows.add(row(variant.name(), Form.bitsPerWeight(layers), attempts, original, plan));
      sink.accept(rows.getLast());
    }
    return new LogicStudy(plan, rows);
  }

  private static LogicRow row(
      String name, double bits, List<Attempt> attempts, List<Attempt> original, Plan plan) {
    return new LogicRow(
        name, bits, attempts, PairedComparison.of(valid(attempts), valid(original), plan.seed()));
  }

  private static double[] valid(List<Attempt> attempts) {
    return attempts.stream()
        .mapToDouble(attempt -> attempt.verdict() == Verdict.VALID ? 1 : 0)
        .toArray();
  }

  /**
   * All models draw with the same numbers, text by text. A prompt's draws are written in step.
   *
   * @param parser may be asked by several threads at once
   */
  private static List<Attempt> attempts(
      Model model, Tokenizer tokenizer, Plan plan, JavaParser parser, DoubleConsumer progress) {
    InStep writer = new InStep(model, tokenizer, plan, parser);
    List<List<Attempt>> written = new ArrayList<>(Collections.nCopies(PROMPTS.size(), List.of()));
    for (int from = 0; from < PROMPTS.size(); from += AT_ONCE) {
      int first = from;
      Parallel.blocks(
          Math.min(AT_ONCE, PROMPTS.size() - from),
          "writing Java",
          block -> {
            int p = first + (int) block;
            long seed = plan.seed() + (long) p * plan.draws();
            written.set(p, writer.write(PROMPTS.get(p), seed));
          });
      progress.accept((double) Math.min(PROMPTS.size(), from + AT_ONCE) / PROMPTS.size());
    }
    return written.stream().flatMap(List::stream).toList();
  }
}
