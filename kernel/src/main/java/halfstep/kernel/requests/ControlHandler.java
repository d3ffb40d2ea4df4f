package halfstep.kernel.requests;

import halfstep.kernel.channels.RequestHandler;
import halfstep.kernel.channels.Requests;
import halfstep.kernel.channels.Stdin;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;

/** Answers the requests of the control channel, also while a cell runs. */
public final class ControlHandler implements RequestHandler {

  private final Session session;
  private final Stdin stdin;
  private final Ending ending;

  /**
   * Makes the handler.
   *
   * @param session what the handlers share
   * @param stdin whose question an interrupt takes back
   * @param ending ends the process
   */
  public ControlHandler(Session session, Stdin stdin, Ending ending) {
    this.session = session;
    this.stdin = stdin;
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
      case "shutdown_request" -> ending.begin(request, requests);
      default -> {
        // a message of a newer protocol: the busy and idle states around this are all it gets
      }
    }
  }
}
