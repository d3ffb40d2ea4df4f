package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.llm.Generation;
import halfstep.llm.Model;
import halfstep.magics.command.ModelWord;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.Continuation;
import halfstep.magics.table.GenerationTables;
import halfstep.tensor.InterruptedWork;
import halfstep.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code %generate}: the same prompt continued by several forms of the model. */
final class GenerateCommand {

  private static final String WORK = "%generate";

  private final Stage stage;

  GenerateCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<Continuation>> run(Request.Generate request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running(WORK);
    Tokenizer tokenizer = model.tokenizer();
    int[] prompt = tokenizer.encode(request.prompt());
    Variants variants =
        new Variants(
            loaded.source(),
            model,
            request.settings(),
            request.group(),
            new OwnMethods(stage)::find,
            () -> stage.calibration(model, request.calibration()).calibration());
    List<Continuation> rows = new ArrayList<>();
    List<ModelWord> forms = request.models();
    try (Progress progress = stage.progress(WORK)) {
      for (ModelWord form : forms) {
        Part part = new Part(progress, form.text(), rows.size(), forms.size());
        Model variant = variants.of(form, done -> part.update(0.5 * done, "quantizing"));
        Generation text = write(variant, prompt, request.writing(), part);
        rows.add(Continuation.of(form.text(), text, tokenizer));
      }
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(request, rows)
              .withNote(
                  "Interrupted: %d of %d texts are finished."
                      .formatted(rows.size(), forms.size())));
      throw stopped;
    }
    return stage.keep(report(request, rows), request.as());
  }

  /** One form's part of the progress: its first half quantizes, its second half writes. */
  private record Part(Progress progress, String form, int number, int of) {
    void update(double done, String what) {
      progress.update((number + done) / of, form + ", " + what);
    }
  }

  private static Generation write(Model model, int[] prompt, Request.Writing writing, Part part) {
    AtomicInteger written = new AtomicInteger();
    return Generation.of(
        model,
        prompt,
        writing.length(),
        Variants.sampling(writing),
        token -> {
          int tokens = written.incrementAndGet();
          part.update(
              0.5 + 0.5 * tokens / writing.length(),
              "token %d of %d".formatted(tokens, writing.length()));
        });
  }

  private static Report<List<Continuation>> report(
      Request.Generate request, List<Continuation> rows) {
    Request.Writing writing = request.writing();
    String how =
        writing.temperature() == 0
            ? "Always the most probable token."
            : "Drawn at temperature %s with seed %d, the same numbers for every model."
                .formatted(writing.temperature(), writing.seed());
    return new Report<>(
        "“%s” goes on".formatted(request.prompt()),
        GenerationTables.continuations(rows),
        List.of(how),
        List.copyOf(rows),
        "java.util.List<halfstep.magics.table.Continuation>");
  }
}
