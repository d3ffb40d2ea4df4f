package halfstep.magics.session;

import halfstep.hub.Bytes;
import halfstep.hub.DownloadListener;
import halfstep.hub.Hub;
import halfstep.hub.ModelPlan;
import halfstep.hub.RepoId;
import halfstep.kernel.spi.Progress;
import halfstep.safetensors.TensorInfo;
import halfstep.text.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Models and texts by their names on the hub: says what is to come, then fetches it. */
public final class HubFetch {

  private final Hub hub;
  private final Consumer<String> say;
  private final Function<String, Progress> progress;

  /**
   * @param say shows a plan before it is carried out
   * @param progress opens a display for a title
   */
  public HubFetch(Hub hub, Consumer<String> say, Function<String, Progress> progress) {
    this.hub = hub;
    this.say = say;
    this.progress = progress;
  }

  /**
   * Whether a word means a model of the hub: {@code owner/name} or {@code owner/name@revision}, and
   * no path here begins with it.
   *
   * @param here the folder that paths are relative to
   */
  public static boolean isModel(String word, Path here) {
    String name = name(word);
    return RepoId.looksLike(name)
        && !Files.exists(here.resolve(word))
        && !Files.exists(here.resolve(name.substring(0, name.indexOf('/'))));
  }

  private static String name(String word) {
    int at = word.indexOf('@');
    return at < 0 ? word : word.substring(0, at);
  }

  /**
   * A model's folder in the cache, after fetching what is missing there.
   *
   * @param word {@code owner/name} or {@code owner/name@revision}
   * @throws halfstep.hub.HubException if it cannot be had
   */
  public Path model(String word) {
    ModelPlan plan = plan(hub, word);
    List<String> lines = new ArrayList<>(plan.lines());
    if (plan.missingBytes() > 0) {
      lines.add(contents(hub.tensors(plan)));
    }
    say.accept(String.join("\n", lines));
    return fetch(name(word), listener -> hub.download(plan, listener));
  }

  /**
   * What it takes to have a model here; fetches nothing large.
   *
   * @param word {@code owner/name} or {@code owner/name@revision}
   * @throws halfstep.hub.HubException if there is none, or it may not be read
   */
  public static ModelPlan plan(Hub hub, String word) {
    String name = name(word);
    String revision = name.equals(word) ? Hub.MAIN : word.substring(name.length() + 1);
    return hub.plan(RepoId.model(name), revision);
  }

  /** What the headers tell before the weights are fetched. */
  private static String contents(List<TensorInfo> tensors) {
    long matrices = tensors.stream().filter(TensorInfo::isFloatMatrix).count();
    long parameters = tensors.stream().mapToLong(TensorInfo::elements).sum();
    return "  its headers list %d tensors, %d of them matrices, %,d parameters"
        .formatted(tensors.size(), matrices, parameters);
  }

  /**
   * A text that papers calibrate with.
   *
   * @throws halfstep.hub.HubException if it cannot be had
   */
  public Path text(Recipe recipe) {
    say.accept(
        "%s is the file %s of the data set %s, whose page tells its licence"
            .formatted(recipe, recipe.file(), recipe.dataset()));
    RepoId dataset = RepoId.dataset(recipe.dataset());
    return fetch(
        recipe.toString(), listener -> hub.file(dataset, Hub.MAIN, recipe.file(), listener));
  }

  private Path fetch(String what, Function<DownloadListener, Path> work) {
    try (Progress display = progress.apply("fetching " + what)) {
      return work.apply((file, done, total) ->
          display.update(
              (double) done / Math.max(1, total),
              "%s, %s of %s".formatted(file, Bytes.text(done), Bytes.text(total))));
    }
  }
}
