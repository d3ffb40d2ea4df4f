package halfstep.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In what two plans differ, leaf by leaf. */
final class Differences {

  private Differences() {}

  /** Such as {@code parameters.iterations was 20 and is 30}; empty if they are the same. */
  static List<String> between(JsonNode before, JsonNode now) {
    List<String> found = new ArrayList<>();
    compare("", before, now, found);
    return found;
  }

  private static void compare(String where, JsonNode before, JsonNode now, List<String> found) {
    if (before.isObject() && now.isObject()) {
      Set<String> keys = new LinkedHashSet<>();
      before.properties().stream().map(Map.Entry::getKey).forEach(keys::add);
      now.properties().stream().map(Map.Entry::getKey).forEach(keys::add);
      for (String key : keys) {
        String path = where.isEmpty() ? key : where + "." + key;
        compare(path, before.path(key), now.path(key), found);
      }
    } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
      for (int i = 0; i < now.size(); i++) {
        compare("%s[%d]".formatted(where, i), before.get(i), now.get(i), found);
      }
    } else if (!text(before).equals(text(now))) {
      found.add("%s was %s and is %s".formatted(where, text(before), text(now)));
    }
  }

  /** Numbers that were read again may be of another class: their text is the same. */
  private static String text(JsonNode node) {
    return node.isMissingNode() ? "absent" : node.isTextual() ? node.asText() : node.toString();
  }
}
