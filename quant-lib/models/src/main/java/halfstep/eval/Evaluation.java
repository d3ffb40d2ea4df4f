package halfstep.eval;

import halfstep.llm.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Models on texts of several kinds: a row per model and text, and one per model for all texts
 * together if there are several.
 *
 * @param windowing the protocol, for all of them
 * @param rows model by model, texts in order, then {@code all}
 */
public record Evaluation(Windowing windowing, List<EvaluationRow> rows) {

  /** The name of the row over all texts. */
  public static final String ALL = "all";

  /** Takes a copy. */
  public Evaluation {
    rows = List.copyOf(rows);
  }

  /**
   * A model with a name.
   *
   * @param name for the table
   * @param model not modified
   */
  public record Subject(String name, Model model) {}

  /**
   * Evaluates; runs the reference once per text.
   *
   * @param models at least one
   * @param reference what they are compared with, or null
   * @param domains at least one
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the vocabularies differ, or a text is too short
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Evaluation run(
      List<Subject> models,
      @Nullable Subject reference,
      List<Domain> domains,
      Windowing windowing,
      DoubleConsumer progress) {
    List<List<Scores>> byDomain = new ArrayList<>();
    double length = domains.stream().mapToInt(domain -> domain.tokens().length).sum();
    double before = 0;
    Model compared = reference == null ? models.getFirst().model() : reference.model();
    try (Reference first = Reference.once(compared);
        Sweep sweep =
            new Sweep(first, reference != null, models.stream().map(Subject::model).toList())) {
      for (Domain domain : domains) {
        int[] tokens = domain.tokens();
        double start = before / length;
        double share = tokens.length / length;
        byDomain.add(sweep.run(tokens, windowing, done -> progress.accept(start + share * done)));
        before += tokens.length;
      }
    }
    List<EvaluationRow> rows = new ArrayList<>();
    for (int m = 0; m < models.size(); m++) {
      String name = models.get(m).name();
      List<Scores> own = new ArrayList<>();
      for (int d = 0; d < domains.size(); d++) {
        Scores scores = byDomain.get(d).get(m);
        own.add(scores);
        rows.add(row(name, domains.get(d).name(), scores, reference != null));
      }
      if (own.size() > 1) {
        rows.add(row(name, ALL, Scores.together(own), reference != null));
      }
    }
    return new Evaluation(windowing, rows);
  }

  private static EvaluationRow row(String model, String domain, Scores scores, boolean compared) {
    return new EvaluationRow(
        model,
        domain,
        scores.perplexity(),
        compared ? Optional.of(scores.divergence()) : Optional.empty());
  }

  /** The rows of one model. */
  public List<EvaluationRow> of(String model) {
    return rows.stream().filter(row -> row.model().equals(model)).toList();
  }

  /** A model's row over everything: that of all texts, or of the only one. */
  public EvaluationRow overall(String model) {
    return of(model).getLast();
  }

  /** The rows as comma-separated values with a header; numbers in full precision. */
  public String toCsv() {
    StringBuilder text = new StringBuilder();
    text.append(String.join(",", rows.getFirst().figures().keySet())).append('\n');
    for (EvaluationRow row : rows) {
      text.append(
          String.join(",", row.figures().values().stream().map(Evaluation::field).toList()));
      text.append('\n');
    }
    return text.toString();
  }

  /** RFC 4180: a field with a comma, a quote or a line break is quoted. */
  private static String field(Object value) {
    String text = value.toString();
    return text.matches("(?s).*[,\"\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
