package halfstep.magics.session;

import halfstep.eval.Divergence;
import halfstep.eval.Domain;
import halfstep.eval.Evaluation;
import halfstep.eval.Evaluation.Subject;
import halfstep.eval.PairedVariants;
import halfstep.eval.Windowing;
import halfstep.export.Dequantized;
import halfstep.hub.DownloadListener;
import halfstep.hub.Hub;
import halfstep.hub.ModelPlan;
import halfstep.llm.Model;
import halfstep.magics.command.EvalSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/** An evaluation made ready: models opened, texts read. The same behind magic and command line. */
public final class EvaluationRun {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  private final Subject model;
  private final Optional<Subject> reference;
  private final Optional<Subject> variant;
  private final List<Domain> domains;
  private final Windowing windowing;

  /**
   * @param folders where texts and the models of the settings are looked for
   * @param model what is evaluated
   */
  public EvaluationRun(Folders folders, Subject model, EvalSettings settings) {
    this.model = model;
    this.reference = settings.against().map(word -> subject(folders, word));
    this.variant = settings.versus().map(word -> subject(folders, word));
    Domains texts = new Domains(folders, model.model());
    this.domains = texts.read(settings);
    this.windowing = settings.windowing(texts.bos(settings));
  }

  /**
   * Opens the model that a word names: one of the embedded, a folder, a quantized model, or a name
   * on the hub.
   */
  public static Subject subject(Folders folders, String word) {
    if (folders.isHubModel(word)) {
      Hub hub = Hub.ofThisProcess();
      ModelPlan plan = HubFetch.plan(hub, word);
      return new Subject(word, Model.open(hub.download(plan, DownloadListener.NONE)));
    }
    Path folder = Path.of(word);
    boolean embedded = folders.modelNames().contains(word) && !Files.isDirectory(folder);
    Path named = embedded ? folders.model(word) : folder;
    return new Subject(word, Model.open(Dequantized.folder(named)));
  }

  /** What the model is called. */
  public String model() {
    return model.name();
  }

  /** The reference's name, if there is one. */
  public Optional<String> reference() {
    return reference.map(Subject::name);
  }

  /** The other variant's name, if there is one. */
  public Optional<String> variant() {
    return variant.map(Subject::name);
  }

  /**
   * Evaluates the model, and the other variant if there is one.
   *
   * @param progress hears the share done, 0 to 1
   */
  public Evaluation run(DoubleConsumer progress) {
    List<Subject> models = new ArrayList<>();
    models.add(model);
    variant.ifPresent(models::add);
    return Evaluation.run(models, reference.orElse(null), domains, windowing, progress);
  }

  /** The paired test over all texts, if there is another variant. */
  public Optional<PairedVariants> paired(Evaluation evaluation) {
    return variant.map(other ->
        PairedVariants.of(
            divergence(evaluation, model.name()), divergence(evaluation, other.name()), SEED));
  }

  private static Divergence divergence(Evaluation evaluation, String name) {
    return evaluation.overall(name).divergence().orElseThrow();
  }
}
