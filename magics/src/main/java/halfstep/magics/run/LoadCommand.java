package halfstep.magics.run;

import halfstep.hub.HubException;
import halfstep.hub.HubException.Reason;
import halfstep.kernel.spi.MimeBundle;
import halfstep.lab.Layers;
import halfstep.llm.Model;
import halfstep.llm.ModelConfig;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.ModelTables;
import halfstep.magics.table.NumberText;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/** {@code %load}: opens a model and says what it holds. */
final class LoadCommand {

  private final Stage stage;

  LoadCommand(Stage stage) {
    this.stage = stage;
  }

  Report<?> run(Request.Load request) {
    LoadedModel loaded = open(request);
    stage.session().load(loaded);
    return loaded
        .model()
        .<Report<?>>map(model -> stage.keep(model(loaded, model), request.as()))
        .orElseGet(() -> stage.keep(file(loaded), request.as()));
  }

  /** What the line names, or, where the hub cannot be reached, what it names instead. */
  private LoadedModel open(Request.Load request) {
    try {
      return open(request.source());
    } catch (HubException e) {
      boolean away = e.reason() == Reason.OFFLINE || e.reason() == Reason.UNREACHABLE;
      if (!away || request.otherwise().isEmpty()) {
        throw e;
      }
      String other = request.otherwise().get();
      stage
          .host()
          .display(MimeBundle.text("%s%nLoading %s instead.".formatted(e.getMessage(), other)));
      return open(other);
    }
  }

  /** A model's name, a folder, a file, or a name on the hub. */
  private LoadedModel open(String word) {
    Folders folders = stage.session().folders();
    return folders.isHubModel(word)
        ? LoadedModel.open(word, stage.fetch().model(word))
        : LoadedModel.open(folders.model(word));
  }

  private static Report<Model> model(LoadedModel loaded, Model model) {
    ModelConfig config = model.config();
    List<String> notes = new ArrayList<>();
    notes.add(
        "%d blocks, hidden %d, intermediate %d, %d heads (%d for keys and values), vocabulary %d, context %d."
            .formatted(
                config.layers(),
                config.hiddenSize(),
                config.intermediateSize(),
                config.heads(),
                config.keyValueHeads(),
                config.vocabSize(),
                config.maxPositions()));
    notes.add(
        config.tiedEmbeddings()
            ? "Embeddings are tied: the embedding is also the output head."
            : "Embeddings are not tied: lm_head is a matrix of its own.");
    notes.add("The tokenizer knows %d tokens.".formatted(model.tokenizer().vocabularySize()));
    return new Report<>(
        title(loaded), table(loaded.checkpoint()), notes, model, "halfstep.llm.Model");
  }

  private static Report<Checkpoint> file(LoadedModel loaded) {
    return new Report<>(
        title(loaded),
        table(loaded.checkpoint()),
        List.of(
            "A bare file: its %d matrices can be quantized, but no model runs."
                .formatted(loaded.layers().size())),
        loaded.checkpoint(),
        "halfstep.safetensors.Checkpoint");
  }

  private static String title(LoadedModel loaded) {
    long parameters = loaded.checkpoint().tensors().stream().mapToLong(TensorInfo::elements).sum();
    return "%s: %s parameters".formatted(loaded.name(), NumberText.WHOLE.format(parameters));
  }

  private static tech.tablesaw.api.Table table(Checkpoint checkpoint) {
    return ModelTables.roles(checkpoint.tensors(), LoadCommand::role);
  }

  private static String role(String tensor) {
    return Layers.role(tensor.replaceFirst("\\.weight$", ""));
  }
}
