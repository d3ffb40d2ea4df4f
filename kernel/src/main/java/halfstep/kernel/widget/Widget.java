package halfstep.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.MimeBundle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A thing in the browser whose state is kept in step with this object. Safe for use by several
 * threads: what the reader does in the browser arrives on a thread of its own, also while a cell
 * runs.
 */
public abstract class Widget {

  /** Which JavaScript package holds a widget's model and view. */
  enum Package {
    BASE("@jupyter-widgets/base", "2.0.0"),
    CONTROLS("@jupyter-widgets/controls", "2.0.0"),
    OUTPUT("@jupyter-widgets/output", "1.0.0"),
    ANY("anywidget", "~0.11.*");

    private final String module;
    private final String version;

    Package(String module, String version) {
      this.module = module;
      this.version = version;
    }
  }

  private record Observer(String name, Consumer<@Nullable Object> action) {}

  private final String id = UUID.randomUUID().toString().replace("-", "");
  private final Map<String, @Nullable Object> state = new LinkedHashMap<>();
  private final List<Observer> observers = new CopyOnWriteArrayList<>();

  /**
   * Makes a widget that no front end knows yet.
   *
   * @param model name of its model class in JavaScript
   * @param view name of its view class, null for a model without one
   * @param origin the package of both
   */
  Widget(String model, @Nullable String view, Package origin) {
    state.put("_model_module", origin.module);
    state.put("_model_module_version", origin.version);
    state.put("_model_name", model);
    state.put("_view_module", origin.module);
    state.put("_view_module_version", origin.version);
    state.put("_view_name", view);
  }

  /** The id of its comm and model. */
  public final String id() {
    return id;
  }

  /** A value of the state. */
  final synchronized @Nullable Object get(String name) {
    return state.get(name);
  }

  /** Sets a value before anybody could know of the old one. */
  final void initially(String name, @Nullable Object value) {
    state.put(name, value);
  }

  /** Sets a value; if it is another one than before, sends it and tells the observers. */
  final void put(String name, @Nullable Object value) {
    if (replaces(name, value)) {
      send("update", single(name, value));
      tell(name, value);
    }
  }

  private synchronized boolean replaces(String name, @Nullable Object value) {
    return !Objects.deepEquals(state.put(name, value), value);
  }

  /** Calls {@code action} with each new value, on the thread that brought it. */
  final void observing(String name, Consumer<@Nullable Object> action) {
    observers.add(new Observer(name, action));
  }

  private void tell(String name, @Nullable Object value) {
    for (Observer observer : observers) {
      if (observer.name.equals(name)) {
        observer.action.accept(value);
      }
    }
  }

  private static Map<String, @Nullable Object> single(String name, @Nullable Object value) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put(name, value);
    return values;
  }

  /** Sends a message of one's own to the view. */
  final void sendCustom(JsonObject content, List<byte[]> buffers) {
    Widgets widgets = Widgets.current();
    widgets.announce(this);
    widgets.send(this, Json.object("method", "custom", "content", content), buffers);
  }

  private void send(String method, Map<String, @Nullable Object> values) {
    Widgets widgets = Widgets.currentOf(this);
    if (widgets != null) {
      in(values.values()).forEach(widgets::announce);
      Packed packed = Packed.of(values);
      JsonObject data =
          Json.object("method", method, "state", packed.state(), "buffer_paths", packed.paths());
      widgets.send(this, data, packed.buffers());
    }
  }

  /** The widgets that this one's state refers to. */
  final synchronized List<Widget> parts() {
    return in(state.values());
  }

  private static List<Widget> in(Collection<?> values) {
    List<Widget> found = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof Widget widget) {
        found.add(widget);
      } else if (value instanceof List<?> list) {
        found.addAll(in(list));
      }
    }
    return found;
  }

  /** The whole state, ready to travel. */
  final synchronized Packed packed() {
    return Packed.of(state);
  }

  /** A state as the answer to {@code request_states} wants it. */
  final synchronized JsonObject described(JsonObject packedState) {
    return Json.object(
        "model_name", state.get("_model_name"),
        "model_module", state.get("_model_module"),
        "model_module_version", state.get("_model_module_version"),
        "state", packedState);
  }

  /** Takes what the front end sent. */
  final void receive(JsonObject data, List<byte[]> buffers) {
    switch (Json.string(data, "method", "")) {
      case "update" -> update(data, buffers);
      case "request_state" -> send("update", copy());
      case "custom" -> onCustom(Json.child(data, "content"), buffers);
      default -> {
        // of a newer protocol
      }
    }
  }

  private synchronized Map<String, @Nullable Object> copy() {
    return new LinkedHashMap<>(state);
  }

  /** Echoes first, so that other views of the same kernel follow, then tells the observers. */
  private void update(JsonObject data, List<byte[]> buffers) {
    JsonElement paths = data.get("buffer_paths");
    Map<String, @Nullable Object> values =
        Packed.unpack(
            Json.child(data, "state"),
            paths instanceof JsonArray array ? array : new JsonArray(),
            buffers);
    values.keySet().retainAll(copy().keySet());
    send("echo_update", values);
    Map<String, @Nullable Object> news = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      if (replaces(name, value)) {
        news.put(name, value);
      }
    });
    news.forEach(this::tell);
  }

  /** Takes a message of the view's own. */
  void onCustom(JsonObject content, List<byte[]> buffers) {
    // most views send none
  }

  /** Takes the widget out of the front end and of the kernel's memory. */
  public final void close() {
    Widgets.current().forget(this);
  }

  /**
   * What a cell that ends in this widget shows: the live view, and beside it what remains in a
   * static page.
   *
   * @return a bundle; the widget is announced to the front end
   */
  public final MimeBundle bundle() {
    Widgets.current().announce(this);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(
        "application/vnd.jupyter.widget-view+json",
        Map.of("version_major", 2, "version_minor", 0, "model_id", id));
    data.putAll(remains());
    data.putIfAbsent("text/plain", toString());
    return new MimeBundle(data, Map.of());
  }

  /** MIME type to what a page without a kernel shows. */
  Map<String, Object> remains() {
    return Map.of();
  }

  @Override
  public String toString() {
    Object value = get("value");
    return getClass().getSimpleName() + (value == null ? "" : "(" + value + ")");
  }
}
