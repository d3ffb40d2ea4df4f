package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.channels.RequestHandler;
import halfstep.kernel.channels.Requests;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.error.ErrorReport;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Answers the requests of the shell channel, for the main shell, comms and subshells alike. */
public final class ShellHandler implements RequestHandler {

  private final Session session;
  private final Ending ending;
  private final ExecuteRequests executions;
  private final AssistRequests assist;
  private final HistoryRequests history;

  /**
   * Makes the handler.
   *
   * @param session what the handlers share
   * @param ending ends the process
   */
  public ShellHandler(Session session, Ending ending) {
    this.session = session;
    this.ending = ending;
    this.executions = new ExecuteRequests(session);
    this.assist = new AssistRequests(session);
    this.history = new HistoryRequests(session.history());
  }

  @Override
  public void handle(Message request, Requests requests) {
    List<Message> behind = new ArrayList<>();
    Status.around(
        session.publisher(), request, requests, () -> behind.addAll(dispatch(request, requests)));
    behind.forEach(waiting -> abort(waiting, requests));
  }

  private List<Message> dispatch(Message request, Requests requests) {
    JsonObject content = request.content();
    switch (request.type()) {
      case "execute_request" -> {
        return executions.execute(request, requests);
      }
      case "kernel_info_request" ->
          reply(request, requests, () -> Replies.kernelInfo(session.version()));
      case "complete_request" -> reply(request, requests, () -> assist.complete(content));
      case "inspect_request" -> reply(request, requests, () -> assist.inspect(content));
      case "is_complete_request" -> reply(request, requests, () -> assist.isComplete(content));
      case "history_request" -> reply(request, requests, () -> history.answer(content));
      case "comm_info_request" ->
          reply(
              request,
              requests,
              () -> Json.object("status", "ok", "comms", session.kernel().comms().info(request)));
      case "comm_open", "comm_msg", "comm_close" -> comm(request);
      case "shutdown_request" -> ending.begin(request, requests);
      case "interrupt_request" -> reply(request, requests, () -> Json.object("status", "ok"));
      default -> {
        // a message of a newer protocol: the busy and idle states around this are all it gets
      }
    }
    return List.of();
  }

  private static void reply(Message request, Requests requests, Supplier<JsonObject> answer) {
    requests.reply(Message.reply(request, answer.get()));
  }

  /** Runs an extension's code for a comm, interruptible and under the comm message's own header. */
  private void comm(Message message) {
    CellContext context = new CellContext(message.header(), message.identities(), false);
    try {
      session
          .threads()
          .run(
              context,
              () -> {
                session.kernel().comms().handle(message);
                return true;
              });
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      ErrorReport report = ErrorReport.of(cause, context.stopped());
      String text = String.join("\n", report.traceback()) + "\n";
      session.publisher().publish(context, "stream", Json.object("name", "stderr", "text", text));
    }
  }

  /**
   * After a failure, cells that already wait would run on a state that their author did not expect.
   */
  private void abort(Message request, Requests requests) {
    if (request.type().equals("execute_request")) {
      Status.around(
          session.publisher(), request, requests, () -> executions.abort(request, requests));
    } else {
      handle(request, requests);
    }
  }
}
