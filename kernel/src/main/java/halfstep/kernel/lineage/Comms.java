package halfstep.kernel.lineage;

import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.util.HashMap;
import java.util.Map;

/** What front ends ask of comms. */
public final class Comms {

  private final CommAdapter comms;

  Comms(CommAdapter comms) {
    this.comms = comms;
  }

  /**
   * Handles {@code comm_open}, {@code comm_msg} or {@code comm_close}; runs the extension's code.
   *
   * @param message the message
   */
  public void handle(Message message) {
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
    return comms.info(Json.string(request.content(), "target_name", ""));
  }
}
