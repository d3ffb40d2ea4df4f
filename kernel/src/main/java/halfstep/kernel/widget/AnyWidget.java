package halfstep.kernel.widget;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A view of one's own: a JavaScript module whose default export has {@code render({model, el})}. It
 * needs the front end's extension anywidget (<a href="https://anywidget.dev">anywidget.dev</a>).
 */
public class AnyWidget extends Widget {

  private final List<BiConsumer<JsonObject, List<byte[]>>> listeners = new CopyOnWriteArrayList<>();
  private final Layout layout = new Layout();

  /**
   * Makes the widget.
   *
   * @param name the same for all widgets of one kind
   * @param module the JavaScript
   * @param css its style sheet, may be empty
   */
  public AnyWidget(String name, String module, String css) {
    super("AnyModel", "AnyView", Package.ANY);
    initially("layout", layout);
    initially("_anywidget_id", name);
    initially("_esm", module);
    initially("_css", css);
  }

  /** Size and place. */
  public final Layout layout() {
    return layout;
  }

  /**
   * Sets a value of the model; the view hears {@code change:NAME}.
   *
   * @param name its name
   * @param value a string, number, boolean, byte array, or a list or map of such
   */
  public final void set(String name, @Nullable Object value) {
    put(name, value);
  }

  /**
   * A value of the model.
   *
   * @param name its name
   * @return as the view or {@link #set} left it; null when there is none
   */
  public final @Nullable Object value(String name) {
    return get(name);
  }

  /**
   * Calls back when a value changes.
   *
   * @param name its name
   * @param action takes the new value
   */
  public final void observe(String name, Consumer<@Nullable Object> action) {
    observing(name, action);
  }

  /**
   * Calls back when the view sends a message.
   *
   * @param listener takes its content and binary parts
   */
  public final void onMessage(BiConsumer<JsonObject, List<byte[]>> listener) {
    listeners.add(listener);
  }

  /**
   * Sends the view a message.
   *
   * @param content its content
   * @param buffers binary parts
   */
  public final void send(JsonObject content, List<byte[]> buffers) {
    sendCustom(content, buffers);
  }

  @Override
  final void onCustom(JsonObject content, List<byte[]> buffers) {
    listeners.forEach(listener -> listener.accept(content, buffers));
  }
}
