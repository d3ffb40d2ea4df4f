package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.channels.RequestHandler;
import halfstep.kernel.channels.Requests;
import halfstep.kernel.channels.Stdin;
import halfstep.kernel.channels.Subshells;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.spi.Refusal;

/** Answers the requests of the control channel, also while a cell runs. */
public final class ControlHandler implements RequestHandler {

  private final Session session;
  private final Stdin stdin;
  private final Subshells subshells;
  private final Ending ending;

  /**
   * Makes the handler.
   *
   * @param session what the handlers share
   * @param stdin whose question an interrupt takes back
   * @param subshells made and deleted here
   * @param ending ends the process
   */
  public ControlHandler(Session session, Stdin stdin, Subshells subshells, Ending ending) {
    this.session = session;
    this.stdin = stdin;
    this.subshells = subshells;
    this.ending = ending;
  }

  @Override
  public void handle(Message request, Requests requests) {
    Status.around(session.publisher(), request, requests, () -> dispatch(request, requests));
  }

  private void dispatch(Message request, Requests requests) {
    switch (request.type()) {
      case "interrupt_request" -> {
        session.threads().interrupt();
        stdin.cancel();
        requests.reply(Message.reply(request, Json.object("status", "ok")));
      }
      case "kernel_info_request" ->
          requests.reply(Message.reply(request, Replies.kernelInfo(session.version())));
      case "create_subshell_request" -> {
        JsonObject made = Json.object("status", "ok", "subshell_id", subshells.create());
        requests.reply(Message.reply(request, made));
      }
      case "delete_subshell_request" -> requests.reply(Message.reply(request, delete(request)));
      case "list_subshell_request" -> {
        JsonObject all = Json.object("status", "ok", "subshell_id", subshells.list());
        requests.reply(Message.reply(request, all));
      }
      case "shutdown_request" -> ending.begin(request, requests);
      default -> {
        // a message of a newer protocol: the busy and idle states around this are all it gets
      }
    }
  }

  private JsonObject delete(Message request) {
    String id = Json.string(request.content(), "subshell_id", "");
    return subshells.delete(id)
        ? Json.object("status", "ok")
        : Replies.error(
            new Refusal(
                "NoSubshell",
                "there is no subshell %s among %s".formatted(id, subshells.list()),
                null));
  }
}
