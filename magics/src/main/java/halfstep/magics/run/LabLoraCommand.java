package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.form.Form;
import halfstep.lab.lora.LoraClaims;
import halfstep.lab.lora.LoraRow;
import halfstep.lab.lora.LoraStudy;
import halfstep.lab.lora.LoraStudy.Base;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.magics.chart.LoraCharts;
import halfstep.magics.command.LabLora;
import halfstep.magics.command.MethodWord;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.LoraTables;
import halfstep.quant.QuantMethod;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %lab lora}: the same fine-tuning on the model and on quantized bases of it. */
final class LabLoraCommand {

  private static final String WORK = "%lab lora";
  private static final int CALIBRATION = 4096;

  private final Stage stage;

  LabLoraCommand(Stage stage) {
    this.stage = stage;
  }

  /** The text to learn, cut in two, and what calibrates. */
  private record Reading(LoraStudy.Texts texts, TokenWindows own, TokenWindows other) {}

  Report<LoraStudy> run(LabLora request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running(WORK);
    Reading reading = read(model, request);
    List<Base> bases = bases(request, reading);
    String title =
        "%s fine-tuned on %s, bases of %s bits, groups of %d"
            .formatted(loaded.name(), request.on(), request.bits(), request.group());
    List<LoraRow> rows = new ArrayList<>();
    LoraStudy study;
    try (Progress progress = stage.progress(WORK)) {
      study =
          LoraStudy.run(
              model,
              bases,
              reading.texts(),
              request.config(),
              rows::add,
              done -> progress.update(done, loaded.name()));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              LoraTables.bases(rows),
              List.of(
                  "Interrupted: %d of %d bases are trained and judged, the original among them."
                      .formatted(rows.size(), bases.size() + 1)),
              List.copyOf(rows),
              "java.util.List<halfstep.lab.lora.LoraRow>"));
      throw stopped;
    }
    stage.show(() -> LoraCharts.steps(title, study.rows()));
    Report<LoraStudy> report =
        new Report<>(
            title,
            LoraTables.bases(study.rows()),
            notes(study, request, reading),
            study,
            "halfstep.lab.lora.LoraStudy");
    return stage.keep(report, request.as());
  }

  private Reading read(Model model, LabLora request) {
    int length = request.config().length();
    int all = Integer.MAX_VALUE / 2;
    List<Passage> both =
        LabTexts.each(stage, model, List.of(request.on(), request.other()), all, length);
    TokenWindows own = both.getFirst().windows();
    int training = own.count() - own.count() / 4;
    if (own.count() - training < 2) {
      throw new IllegalArgumentException(
          "%s fills %d windows of %d tokens, and its last quarter is held out, which needs two; use a longer text or a smaller --length"
              .formatted(request.on(), own.count(), length));
    }
    TokenWindows learnt = own.first(training);
    int windows = Math.max(1, CALIBRATION / length);
    return new Reading(
        new LoraStudy.Texts(learnt, own.slice(training, own.count())),
        learnt.first(windows),
        both.getLast().windows().first(windows));
  }

  private List<Base> bases(LabLora request, Reading reading) {
    Forms forms = new Forms(request.settings(), request.group(), new OwnMethods(stage)::find);
    List<Base> bases = new ArrayList<>();
    for (MethodWord word : request.bases()) {
      String name = word.text() + request.bits();
      Form form = forms.of(name, word, request.bits());
      if (form.method() instanceof QuantMethod.Calibrated) {
        bases.add(new Base("%s (%s)".formatted(name, request.other()), form, reading.other()));
        bases.add(new Base("%s (%s)".formatted(name, request.on()), form, reading.own()));
      } else {
        bases.add(new Base(name, form, null));
      }
    }
    return bases;
  }

  private static List<String> notes(LoraStudy study, LabLora request, Reading reading) {
    List<String> notes = new ArrayList<>();
    LoraClaims.test(study).forEach(verdict -> notes.add(verdict + "."));
    LoraStudy.Texts texts = reading.texts();
    notes.add(
        "Learnt from %d tokens of %s, held out %d windows of %d; rank %d, %d steps of %d windows, learning rate %s, seed %d. Intervals: bootstrap over held-out windows, and over steps for gradient norms."
            .formatted(
                texts.training().tokens(),
                request.on(),
                texts.heldOut().count(),
                texts.heldOut().longest(),
                request.config().rank(),
                request.config().steps(),
                request.config().batch(),
                request.config().learningRate(),
                request.config().seed()));
    return notes;
  }
}
