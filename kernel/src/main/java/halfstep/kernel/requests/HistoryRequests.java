package halfstep.kernel.requests;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import halfstep.kernel.history.SessionHistory;
import halfstep.kernel.protocol.Json;
import java.util.List;

/** Answers questions about this session's cells. */
final class HistoryRequests {

  private static final int SESSION_NUMBER = 1;
  private static final int DEFAULT_COUNT = 10;

  private final SessionHistory history;

  HistoryRequests(SessionHistory history) {
    this.history = history;
  }

  JsonObject answer(JsonObject content) {
    boolean output = Json.bool(content, "output", false);
    JsonArray items = new JsonArray();
    for (SessionHistory.Entry entry : find(content)) {
      JsonArray item = new JsonArray();
      item.add(SESSION_NUMBER);
      item.add(entry.number());
      if (output) {
        JsonArray both = new JsonArray();
        both.add(entry.input());
        both.add(entry.output());
        item.add(both);
      } else {
        item.add(entry.input());
      }
      items.add(item);
    }
    return Json.object("status", "ok", "history", items);
  }

  private List<SessionHistory.Entry> find(JsonObject content) {
    int count = Json.integer(content, "n", DEFAULT_COUNT);
    return switch (Json.string(content, "hist_access_type", "tail")) {
      case "range" ->
          history.range(
              Json.integer(content, "start", 0), Json.integer(content, "stop", Integer.MAX_VALUE));
      case "search" ->
          history.search(
              Json.string(content, "pattern", "*"),
              Json.integer(content, "n", -1),
              Json.bool(content, "unique", false));
      default -> history.tail(count);
    };
  }
}
