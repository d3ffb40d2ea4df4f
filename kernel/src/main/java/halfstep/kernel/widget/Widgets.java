package halfstep.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The widgets that a front end knows. A widget is announced when it is first shown or referred to.
 * One of these a process, as there is one kernel a process.
 */
public final class Widgets {

  static final String TARGET = "jupyter.widget";
  private static final String CONTROL = "jupyter.widget.control";
  private static final String VERSION = "2.1.0";

  private static volatile @Nullable Widgets current;

  private final Map<String, Widget> open = new ConcurrentHashMap<>();
  private final Set<String> controls = ConcurrentHashMap.newKeySet();
  private final FrontEnd frontEnd;

  /**
   * Makes the registry, of which later widgets become part.
   *
   * @param frontEnd where their messages go
   */
  public Widgets(FrontEnd frontEnd) {
    this.frontEnd = frontEnd;
    current = this;
  }

  /** Whether this process has a front end that may know widgets. */
  public static boolean areThere() {
    return current != null;
  }

  static Widgets current() {
    Widgets found = current;
    if (found == null) {
      throw new Refusal("NoFrontEnd", "widgets need a Jupyter front end; there is none here", null);
    }
    return found;
  }

  FrontEnd frontEnd() {
    return frontEnd;
  }

  /** Announces a widget after those it refers to; once. */
  void announce(Widget widget) {
    if (open.putIfAbsent(widget.id(), widget) != null) {
      return;
    }
    widget.parts().forEach(this::announce);
    Packed packed = widget.packed();
    frontEnd.send(
        "comm_open",
        Json.object(
            "comm_id", widget.id(),
            "target_name", TARGET,
            "data", Json.object("state", packed.state(), "buffer_paths", packed.paths())),
        Json.object("version", VERSION),
        packed.buffers());
  }

  /** The registry if the front end knows {@code widget}, else null. */
  static @Nullable Widgets currentOf(Widget widget) {
    Widgets found = current;
    return found != null && found.open.containsKey(widget.id()) ? found : null;
  }

  void forget(Widget widget) {
    if (open.remove(widget.id()) != null) {
      JsonObject content = Json.object("comm_id", widget.id(), "data", new JsonObject());
      frontEnd.send("comm_close", content, new JsonObject(), List.of());
    }
  }

  void send(Widget widget, JsonObject data, List<byte[]> buffers) {
    send(widget.id(), data, buffers);
  }

  private void send(String id, JsonObject data, List<byte[]> buffers) {
    JsonObject content = Json.object("comm_id", id, "data", data);
    frontEnd.send("comm_msg", content, new JsonObject(), buffers);
  }

  /**
   * Handles a comm message if it is meant for a widget; runs the reader's callbacks.
   *
   * @param message {@code comm_open}, {@code comm_msg} or {@code comm_close}
   * @return false if it is another comm's
   */
  public boolean handle(Message message) {
    JsonObject content = message.content();
    String id = Json.string(content, "comm_id", "");
    if (message.type().equals("comm_open")) {
      return Json.string(content, "target_name", "").equals(CONTROL) && controls.add(id);
    }
    if (controls.contains(id)) {
      control(id, message);
      return true;
    }
    Widget widget = open.get(id);
    if (widget == null) {
      return false;
    }
    if (message.type().equals("comm_close")) {
      open.remove(id);
    } else {
      widget.receive(Json.child(content, "data"), message.buffers());
    }
    return true;
  }

  private void control(String id, Message message) {
    JsonObject data = Json.child(message.content(), "data");
    if (message.type().equals("comm_close")) {
      controls.remove(id);
    } else if (Json.string(data, "method", "").equals("request_states")) {
      JsonObject states = new JsonObject();
      JsonArray paths = new JsonArray();
      List<byte[]> buffers = new java.util.ArrayList<>();
      for (Widget widget : open.values()) {
        Packed packed = widget.packed();
        states.add(widget.id(), widget.described(packed.state()));
        packed
            .paths()
            .forEach(path -> {
              JsonArray full = new JsonArray();
              full.add(widget.id());
              full.add("state");
              full.addAll(Json.tree(path).getAsJsonArray());
              paths.add(full);
            });
        buffers.addAll(packed.buffers());
      }
      send(
          id,
          Json.object("method", "update_states", "states", states, "buffer_paths", paths),
          buffers);
    }
  }

  /**
   * The open widgets as {@code comm_info} wants them.
   *
   * @param target the target that is asked for, empty for all
   * @return comm id to {@code target_name}
   */
  public JsonObject info(String target) {
    JsonObject comms = new JsonObject();
    if (target.isEmpty() || target.equals(TARGET)) {
      open.keySet().forEach(id -> comms.add(id, Json.object("target_name", TARGET)));
    }
    return comms;
  }
}
