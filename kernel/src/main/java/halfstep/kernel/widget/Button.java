package halfstep.kernel.widget;

import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A button. */
public final class Button extends Control {

  private final List<Runnable> actions = new CopyOnWriteArrayList<>();

  /**
   * Makes a button.
   *
   * @param description what stands on it
   */
  public Button(String description) {
    super("Button", "Button", description);
    initially("button_style", "");
    initially("icon", "");
    initially("tooltip", null);
  }

  /**
   * Does something at each click.
   *
   * @param action what to do
   * @return this
   */
  public Button onClick(Runnable action) {
    actions.add(action);
    return this;
  }

  @Override
  void onCustom(JsonObject content, List<byte[]> buffers) {
    if (Json.string(content, "event", "").equals("click")) {
      actions.forEach(Runnable::run);
    }
  }

  @Override
  public String toString() {
    return "Button(%s)".formatted(get("description"));
  }
}
