package halfstep.kernel.lineage;

import com.google.gson.JsonObject;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommFactory;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.comm.CommTarget;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;

/** The lineage's comms over our channels. */
final class CommAdapter extends CommManager {

  private final Publisher publisher;
  private final ReplyAdapter replies;

  CommAdapter(Publisher publisher, ReplyAdapter replies) {
    this.publisher = publisher;
    this.replies = replies;
  }

  @Override
  public <T extends Comm> T openComm(String target, CommFactory<T> factory) {
    String id = UUID.randomUUID().toString();
    CommOpenCommand command = new CommOpenCommand(id, target, new JsonObject());
    T comm = factory.produce(this, id, target, opening(command, Map.of(), List.of()));
    registerComm(comm);
    publisher.publish(
        "comm_open", Json.object("comm_id", id, "target_name", target, "data", command.getData()));
    return comm;
  }

  @Override
  public void messageComm(String id, JsonObject data) {
    messageComm(id, data, Map.of(), List.of());
  }

  @Override
  public void messageComm(
      String id, JsonObject data, Map<String, Object> metadata, List<byte[]> buffers) {
    List<byte[]> parts = buffers == null ? List.of() : buffers;
    publisher.publish(
        CellContext.current(),
        "comm_msg",
        Json.object("comm_id", id, "data", DisplayBound.checked("a comm's message", data, parts)),
        Bundles.metadata(metadata),
        parts);
  }

  @Override
  public void closeComm(Comm comm) {
    unregisterComm(comm.getID());
    publisher.publish("comm_close", Json.object("comm_id", comm.getID(), "data", new JsonObject()));
  }

  /** A front end opens a comm; one whose target nobody registered is closed again. */
  void opened(JsonObject content, Map<String, Object> metadata, List<byte[]> buffers) {
    String id = Json.string(content, "comm_id", "");
    String name = Json.string(content, "target_name", "");
    CommTarget target = getTarget(name);
    if (target == null) {
      publisher.publish("comm_close", Json.object("comm_id", id, "data", new JsonObject()));
      return;
    }
    CommOpenCommand command = new CommOpenCommand(id, name, Json.child(content, "data"));
    registerComm(target.createComm(this, id, name, opening(command, metadata, buffers)));
  }

  /** A front end sends to a comm; a comm that is gone is passed over, as the protocol wants. */
  void messaged(JsonObject content, Map<String, Object> metadata, List<byte[]> buffers) {
    CommMsgCommand command =
        new CommMsgCommand(Json.string(content, "comm_id", ""), Json.child(content, "data"));
    if (getCommByID(command.getCommID()) != null) {
      handleCommMsgCommand(
          replies,
          new Message<>(new Header<>(CommMsgCommand.MESSAGE_TYPE), command, metadata, buffers));
    }
  }

  /** A front end closes a comm. */
  void closed(JsonObject content) {
    CommCloseCommand command =
        new CommCloseCommand(Json.string(content, "comm_id", ""), Json.child(content, "data"));
    if (getCommByID(command.getCommID()) != null) {
      handleCommCloseCommand(
          replies, new Message<>(new Header<>(CommCloseCommand.MESSAGE_TYPE), command));
    }
  }

  /**
   * The open comms of a target, or of all when {@code target} is empty, as comm_info wants them.
   */
  JsonObject info(String target) {
    JsonObject comms = new JsonObject();
    for (Comm comm : this) {
      if (target.isEmpty() || target.equals(comm.getTargetName())) {
        comms.add(comm.getID(), Json.object("target_name", comm.getTargetName()));
      }
    }
    return comms;
  }

  private static Message<CommOpenCommand> opening(
      CommOpenCommand command, Map<String, Object> metadata, List<byte[]> buffers) {
    return new Message<>(new Header<>(CommOpenCommand.MESSAGE_TYPE), command, metadata, buffers);
  }
}
