package halfstep.kernel.lineage;

import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.widget.Widgets;
import java.util.HashMap;
import java.util.Map;

/** What front ends ask of comms. */
public final class Comms {

  private final CommAdapter comms;
  private final Widgets widgets;

  Comms(CommAdapter comms, Widgets widgets) {
    this.comms = comms;
    this.widgets = widgets;
  }

  /**
   * Handles {@code comm_open}, {@code comm_msg} or {@code comm_close}: a widget's, or else a comm
   * of the lineage; runs the reader's or the extension's code.
   *
   * @param message the message
   */
  public void handle(Message message) {
    if (widgets.handle(message)) {
      return;
    }
    Map<String, Object> metadata = new HashMap<>();
    message.metadata().entrySet().forEach(e -> metadata.put(e.getKey(), e.getValue()));
    switch (message.type()) {
      case "comm_open" -> comms.opened(message.content(), metadata, message.buffers());
      case "comm_msg" -> comms.messaged(message.content(), metadata, message.buffers());
      case "comm_close" -> comms.closed(message.content());
      default -> throw new IllegalArgumentException("no message of comms: " + message.type());
    }
  }

  /**
   * The open comms.
   *
   * @param request a {@code comm_info_request}
   * @return comm id to {@code target_name}
   */
  public JsonObject info(Message request) {
    String target = Json.string(request.content(), "target_name", "");
    JsonObject all = comms.info(target);
    widgets.info(target).entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
    return all;
  }
}
