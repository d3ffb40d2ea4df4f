package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.channels.Requests;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.engine.Value;
import halfstep.kernel.error.ErrorReport;
import halfstep.kernel.history.SessionHistory;
import halfstep.kernel.interrupt.RunningCell;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.lineage.Results;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs cells. */
final class ExecuteRequests {

  private record Cell(int number, String code, boolean silent, boolean stored) {}

  private final Session session;
  private final AtomicInteger count = new AtomicInteger();
  private final Tidying tidying = new Tidying();

  ExecuteRequests(Session session) {
    this.session = session;
  }

  /**
   * Runs one cell and replies.
   *
   * @return the requests to abort because this one failed: those that waited before its answer was
   *     sent, never one that was asked in knowledge of it
   */
  List<Message> execute(Message request, Requests requests) {
    JsonObject content = request.content();
    String code = Json.string(content, "code", "");
    boolean silent = Json.bool(content, "silent", false);
    boolean stored = !silent && Json.bool(content, "store_history", true);
    int number = stored ? count.incrementAndGet() : count.get();
    CellContext context =
        new CellContext(
            request.header(), request.identities(), Json.bool(content, "allow_stdin", true));
    if (!silent) {
      session
          .publisher()
          .publish(context, "execute_input", Json.object("code", code, "execution_count", number));
    }
    Cell cell = new Cell(number, code, silent, stored);
    JsonObject reply = run(context, cell, Json.child(content, "user_expressions"));
    reply.addProperty("execution_count", number);
    boolean failed = Json.string(reply, "status", "").equals("error");
    boolean aborts = failed && !silent && Json.bool(content, "stop_on_error", true);
    List<Message> behind = aborts ? waiting(requests) : List.of();
    session.publisher().flush();
    requests.reply(Message.reply(request, reply));
    tidying.afterCell();
    return behind;
  }

  private static List<Message> waiting(Requests requests) {
    List<Message> waiting = new ArrayList<>();
    for (Optional<Message> next = requests.next(); next.isPresent(); next = requests.next()) {
      waiting.add(next.get());
    }
    return waiting;
  }

  /** Tells the peer that a request was given up because an earlier one failed. */
  void abort(Message request, Requests requests) {
    requests.reply(
        Message.reply(request, Json.object("status", "aborted", "execution_count", count.get())));
  }

  private JsonObject run(CellContext context, Cell cell, JsonObject expressions) {
    session.threads().accept(context);
    HalfstepKernel kernel = session.kernel();
    session.threads().use(kernel.engine().loader());
    @Nullable String shown = null;
    try {
      @Nullable JsonObject result = session.threads().run(context, () -> evaluate(kernel, cell));
      if (result != null && !cell.silent) {
        shown = Json.string(Json.child(result, "data"), "text/plain", "");
        result.addProperty("execution_count", cell.number);
        session.publisher().publish(context, "execute_result", result);
      }
      JsonObject values =
          session.threads().run(context, () -> UserExpressions.evaluate(kernel, expressions));
      return Json.object("status", "ok", "user_expressions", values, "payload", payload(context));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      JsonObject error = Replies.error(ErrorReport.of(cause, context.stopped()));
      if (!cell.silent) {
        JsonObject published = error.deepCopy();
        published.remove("status");
        session.publisher().publish(context, "error", published);
      }
      return error;
    } finally {
      if (cell.stored) {
        session.history().add(new SessionHistory.Entry(cell.number, cell.code, shown));
      }
    }
  }

  private static List<JsonObject> payload(CellContext context) {
    return context.pages().stream()
        .map(data -> Json.object("source", "page", "data", data, "start", 0))
        .toList();
  }

  private @Nullable JsonObject evaluate(HalfstepKernel kernel, Cell cell) throws Exception {
    try {
      kernel.takeNotices().forEach(System.err::println);
      Value value = kernel.evaluator().evaluate(cell.code, cell.number, kernel::show);
      if (value.shown() && cell.stored) {
        Results.keep(cell.number, value.object());
      }
      return value.shown() ? RunningCell.interruptible(() -> kernel.render(value.object())) : null;
    } finally {
      kernel.engine().forgetCell();
    }
  }
}
