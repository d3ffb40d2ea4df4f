package halfstep.kernel.widget;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a front end may send as a widget's state. */
class HostileStateTest {

  private static final JsonObject STATE =
      Json.parse("{\"list\": [1, {\"x\": 2}]}".getBytes(StandardCharsets.UTF_8));

  private static Map<String, @Nullable Object> unpacked(String path) {
    JsonArray paths = JsonParser.parseString("[%s]".formatted(path)).getAsJsonArray();
    return Packed.unpack(STATE, paths, List.of(new byte[] {7}));
  }

  @Test
  void buffersComeToTheirPlaces() {
    assertArrayEquals(new byte[] {7}, (byte[]) unpacked("[\"new\"]").get("new"));
    List<?> list = (List<?>) unpacked("[\"list\", 0]").get("list");
    assertArrayEquals(new byte[] {7}, (byte[]) (list == null ? null : list.getFirst()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "[]",
        "[[]]",
        "[null]",
        "[\"list\", 2]",
        "[\"list\", -1]",
        "[\"list\", 1e99]",
        "[\"list\", \"x\"]",
        "[\"list\", {}, \"x\"]",
        "[\"nothing\", \"x\"]",
        "[\"list\", 0, \"x\"]"
      })
  void placesThatAreNotThereAreRefused(String path) {
    Refusal refused = assertThrows(Refusal.class, () -> unpacked(path));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("which its state has not"),
        refused.getMessage());
  }

  /** A listener gets an option, whatever index came. */
  @Test
  void anIndexBeyondTheOptionsIsTheFirst() {
    List<String> heard = new ArrayList<>();
    Dropdown<String> dropdown = new Dropdown<>("d", List.of("a", "b"));
    dropdown.observe(heard::add);
    for (String index : List.of("1", "2", "-1", "\"x\"", "4294967296", "null", "[]")) {
      byte[] update =
          "{\"method\": \"update\", \"state\": {\"index\": %s}}"
              .formatted(index)
              .getBytes(StandardCharsets.UTF_8);
      dropdown.receive(Json.parse(update), List.of());
    }
    assertEquals(List.of("b", "a", "a", "a", "a", "a", "a"), heard);
  }
}
