package halfstep.magics.fuzz;

import halfstep.fuzz.Parts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A valid message of each kind, as front ends send them. */
final class FrameSeeds {

  /** One identity, signed, one buffer. */
  private static final byte[] PLAN = {1, 15, 1, 5};

  private static final String HEADER =
      """
      {"msg_id": "b1e2", "msg_type": "%s", "username": "u", "session": "5f1c",
       "date": "2026-11-27T10:00:00.000Z", "version": "5.4"}
      """;

  private FrameSeeds() {}

  static List<byte[]> all() {
    List<byte[]> seeds = new ArrayList<>();
    requests(seeds);
    comms(seeds);
    byte[] first = seeds.getFirst();
    for (byte way = 0; way < 6; way++) { // each of FramesTarget.Way once
      byte[] other = first.clone();
      other[5] = way;
      seeds.add(other);
    }
    return List.copyOf(seeds);
  }

  private static void requests(List<byte[]> seeds) {
    add(
        seeds,
        "execute_request",
        """
        {"code": "", "silent": false, "store_history": false, "user_expressions": {"a": "1"},
         "allow_stdin": true, "stop_on_error": true}
        """);
    add(seeds, "complete_request", "{\"code\": \"%load \\ud83d\\ude42 --\", \"cursor_pos\": 9}");
    add(seeds, "complete_request", "{\"code\": \"%hqq start --bi\", \"cursor_pos\": 15}");
    add(
        seeds,
        "inspect_request",
        "{\"code\": \"%hqq start\", \"cursor_pos\": 3, \"detail_level\": 1}");
    add(seeds, "is_complete_request", "{\"code\": \"%hqq start\\n%%bench\"}");
    add(
        seeds,
        "history_request",
        """
        {"output": true, "raw": true, "hist_access_type": "range", "session": 0, "start": 1,
         "stop": 3, "n": 5, "pattern": "*", "unique": false}
        """);
    add(
        seeds,
        "history_request",
        """
        {"output": false, "hist_access_type": "search", "n": 5, "pattern": "*a?*", "unique": true}
        """);
    add(seeds, "history_request", "{\"hist_access_type\": \"tail\", \"n\": 10}");
    add(seeds, "kernel_info_request", "{}");
    add(seeds, "shutdown_request", "{\"restart\": true}");
    add(seeds, "interrupt_request", "{}");
    add(seeds, "debug_request", "{\"seq\": 1, \"command\": \"initialize\", \"arguments\": {}}");
    add(seeds, "create_subshell_request", "{}");
    add(seeds, "delete_subshell_request", "{\"subshell_id\": \"one\"}");
  }

  private static void comms(List<byte[]> seeds) {
    add(seeds, "comm_info_request", "{\"target_name\": \"jupyter.widget\"}");
    add(
        seeds,
        "comm_open",
        "{\"comm_id\": \"c\", \"target_name\": \"jupyter.widget.control\", \"data\": {}}");
    add(seeds, "comm_msg", "{\"comm_id\": \"c\", \"data\": {\"method\": \"request_states\"}}");
    add(seeds, "comm_open", "{\"comm_id\": \"n\", \"target_name\": \"none\", \"data\": {}}");
    add(seeds, "comm_close", "{\"comm_id\": \"n\", \"data\": {}}");
    for (int widget = 0; widget < 7; widget++) {
      String field =
          List.of("value", "value", "index", "value", "tooltip", "deep", "at").get(widget);
      String id = "WIDGET" + widget;
      add(
          seeds,
          "comm_msg",
          """
          {"comm_id": "%s", "data": {"method": "update", "state": {"%s": 1, "layout": [[0], {"a": 2}]},
           "buffer_paths": [["%s"], ["layout", 1, "a"]]}}
          """
              .formatted(id, field, field));
    }
    add(
        seeds,
        "comm_msg",
        "{\"comm_id\": \"WIDGET4\", \"data\": {\"method\": \"custom\", \"content\": {\"event\": \"click\"}}}");
    add(seeds, "comm_msg", "{\"comm_id\": \"WIDGET0\", \"data\": {\"method\": \"request_state\"}}");
  }

  private static void add(List<byte[]> seeds, String type, String content) {
    seeds.add(
        Parts.joined(
            List.of(
                PLAN,
                text(HEADER.formatted(type)),
                text("{}"),
                text("{}"),
                text(content),
                new byte[] {1, 2, 3, 4})));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
