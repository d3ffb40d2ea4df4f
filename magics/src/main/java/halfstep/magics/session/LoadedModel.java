package halfstep.magics.session;

import halfstep.job.LayerSource;
import halfstep.llm.Model;
import halfstep.safetensors.Checkpoint;
import halfstep.tensor.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code %load} opened: a model that can run, or a file whose matrices can be quantized alone.
 */
public final class LoadedModel {

  private final String name;
  private final Checkpoint checkpoint;
  private final LayerSource source;
  private final LayerNames layerNames;

  private LoadedModel(String name, Checkpoint checkpoint, LayerSource source) {
    this.name = name;
    this.checkpoint = checkpoint;
    this.source = source;
    this.layerNames = new LayerNames(source.layers());
  }

  /** Opens a folder in the layout of Hugging Face, or one safetensors file. */
  public static LoadedModel open(Path path) {
    return open(String.valueOf(path.getFileName()), path);
  }

  /** Opens a folder or file that goes by another name: a folder of the hub's cache is a commit. */
  public static LoadedModel open(String name, Path path) {
    if (Files.isDirectory(path)) {
      Model model = Model.open(path);
      return new LoadedModel(name, model.checkpoint(), LayerSource.of(model));
    }
    return new LoadedModel(name, Checkpoint.open(path), LayerSource.open(path));
  }

  /** Its folder's or file's name. */
  public String name() {
    return name;
  }

  /** The files its weights come from. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The model that runs, unless a bare file was loaded. */
  public Optional<Model> model() {
    return source.model();
  }

  /** Its layers, for jobs. */
  public LayerSource source() {
    return source;
  }

  /**
   * The model that runs.
   *
   * @param what needs it, as the sentence begins
   * @throws NotFoundException if a bare file was loaded
   */
  public Model running(String what) {
    return model()
        .orElseThrow(() ->
            new NotFoundException(
                "%s runs the model, but %s is a bare file; %%load the folder with its config.json"
                    .formatted(what, name)));
  }

  /** Full names of the layers that can be quantized, in order. */
  public List<String> layers() {
    return source.layers();
  }

  /** Layers by the names that people type. */
  public LayerNames names() {
    return layerNames;
  }

  /** A layer's weights, {@code out × in}; not to be modified. */
  public Matrix weight(String layer) {
    return model().map(runs -> runs.weight(layer)).orElseGet(() -> source.weight(layer));
  }

  @Override
  public String toString() {
    return "%s, %d layers".formatted(name, layers().size());
  }
}
