package halfstep.magics.session;

import halfstep.hub.Hub;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state of one kernel's commands. Used by one cell at a time. */
public final class Session {

  private final Folders folders;
  private final Supplier<Hub> hub;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final Set<String> ownMethods = new CopyOnWriteArraySet<>();
  private final Journal journal = new Journal();
  private @Nullable LoadedModel model;
  private @Nullable Walk walk;
  private boolean fontsMissed;

  /**
   * @param folders where models and texts are looked for
   */
  public Session(Folders folders) {
    this(folders, Hub::ofThisProcess);
  }

  /**
   * @param folders where models and texts are looked for
   * @param hub where models come from that are named owner/name
   */
  public Session(Folders folders, Supplier<Hub> hub) {
    this.folders = folders;
    this.hub = hub;
  }

  /** Where models come from that are named {@code owner/name}. */
  public Hub hub() {
    return hub.get();
  }

  /** Where models and texts are looked for. */
  public Folders folders() {
    return folders;
  }

  /** Parameters of the notebook by name. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** Names of the user's own methods that commands have met, for completion. */
  public Set<String> ownMethods() {
    return ownMethods;
  }

  /** What commands have shown. */
  public Journal journal() {
    return journal;
  }

  /** The loaded model, if any. */
  public Optional<LoadedModel> loaded() {
    return Optional.ofNullable(model);
  }

  /**
   * The loaded model.
   *
   * @throws NotFoundException if none was loaded
   */
  public LoadedModel model() {
    return loaded()
        .orElseThrow(() ->
            new NotFoundException(
                "no model is loaded; begin with %load natural, or with a folder of your own"));
  }

  /** Replaces the model; the walk through its predecessor ends. */
  public void load(LoadedModel loaded) {
    model = loaded;
    walk = null;
  }

  /**
   * The walk begun by {@code %hqq start}.
   *
   * @throws NotFoundException if there is none
   */
  public Walk walk() {
    return Optional.ofNullable(walk)
        .orElseThrow(() ->
            new NotFoundException(
                "no walk has begun; begin with %hqq start LAYER --bits 4 --group 64"));
  }

  /** Replaces the walk. */
  public void begin(Walk begun) {
    walk = begun;
  }

  /** True once: whether missing fonts are still to be mentioned. */
  public boolean mentionFonts() {
    boolean first = !fontsMissed;
    fontsMissed = true;
    return first;
  }
}
