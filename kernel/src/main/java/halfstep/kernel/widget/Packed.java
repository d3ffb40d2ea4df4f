package halfstep.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A widget's state as it travels: JSON, from which the byte arrays were taken out, and where they
 * belong.
 *
 * @param state widgets as {@code IPY_MODEL_…}, without what is in {@code buffers}
 * @param paths for each buffer the keys and indices that lead to its place
 * @param buffers the byte arrays
 */
record Packed(JsonObject state, List<List<Object>> paths, List<byte[]> buffers) {

  static final String REFERENCE = "IPY_MODEL_";

  static Packed of(Map<String, @Nullable Object> values) {
    Packed packed = new Packed(new JsonObject(), new ArrayList<>(), new ArrayList<>());
    values.forEach((name, value) -> packed.put(packed.state, name, value, List.of()));
    return packed;
  }

  private void put(JsonObject target, String name, @Nullable Object value, List<Object> path) {
    List<Object> here = append(path, name);
    if (value instanceof byte[] bytes) {
      paths.add(here);
      buffers.add(bytes);
    } else {
      target.add(name, tree(value, here));
    }
  }

  private JsonElement tree(@Nullable Object value, List<Object> path) {
    return switch (value) {
      case Widget widget -> new JsonPrimitive(REFERENCE + widget.id());
      case Map<?, ?> map -> {
        JsonObject object = new JsonObject();
        map.forEach((key, entry) -> put(object, String.valueOf(key), entry, path));
        yield object;
      }
      case List<?> list -> {
        JsonArray array = new JsonArray();
        for (int i = 0; i < list.size(); i++) {
          boolean binary = list.get(i) instanceof byte[];
          if (binary) {
            paths.add(append(path, i));
            buffers.add((byte[]) list.get(i));
          }
          array.add(binary ? Json.tree(null) : tree(list.get(i), append(path, i)));
        }
        yield array;
      }
      case null, default -> Json.tree(value);
    };
  }

  /**
   * The way back.
   *
   * @param state as it came
   * @param paths places of the buffers, as they came
   * @param buffers the buffers
   * @return Java's maps, lists, strings, {@code Long}, {@code Double}, booleans and byte arrays
   * @throws Refusal if a place is none of the state's
   */
  static Map<String, @Nullable Object> unpack(
      JsonObject state, JsonArray paths, List<byte[]> buffers) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    state.entrySet().forEach(e -> values.put(e.getKey(), plain(e.getValue())));
    for (int i = 0; i < Math.min(paths.size(), buffers.size()); i++) {
      if (!insert(values, paths.get(i), buffers.get(i))) {
        throw new Refusal(
            "WrongField",
            "buffer %d of a widget's message belongs to the place %s, which its state has not"
                .formatted(i, paths.get(i)),
            null);
      }
    }
    return values;
  }

  /** Puts a buffer to its place; false if there is none, since nothing leads there. */
  private static boolean insert(Object root, JsonElement path, byte[] buffer) {
    if (!(path instanceof JsonArray keys) || keys.isEmpty()) {
      return false;
    }
    @Nullable Object at = root;
    for (int i = 0; i + 1 < keys.size(); i++) {
      at = child(at, keys.get(i));
    }
    return set(at, keys.get(keys.size() - 1), buffer);
  }

  private static @Nullable Object child(@Nullable Object container, JsonElement key) {
    return switch (container) {
      case Map<?, ?> map -> map.get(name(key));
      case List<?> list when index(key, list) >= 0 -> list.get(index(key, list));
      case null, default -> null;
    };
  }

  @SuppressWarnings("unchecked") // the containers are those that plain() made
  private static boolean set(@Nullable Object container, JsonElement key, byte[] buffer) {
    if (container instanceof Map<?, ?> map && key.isJsonPrimitive()) {
      ((Map<String, Object>) map).put(name(key), buffer);
      return true;
    }
    if (container instanceof List<?> list && index(key, list) >= 0) {
      ((List<Object>) list).set(index(key, list), buffer);
      return true;
    }
    return false;
  }

  private static String name(JsonElement key) {
    return key.isJsonPrimitive() ? key.getAsString() : "";
  }

  /** A place of a list, or -1. */
  private static int index(JsonElement key, List<?> list) {
    String digits = name(key);
    int index = digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
    return index < list.size() ? index : -1;
  }

  /** JSON as Java's own types. */
  static @Nullable Object plain(JsonElement json) {
    if (json.isJsonObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      json.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
      return map;
    }
    if (json.isJsonArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      json.getAsJsonArray().forEach(e -> list.add(plain(e)));
      return list;
    }
    if (json.isJsonNull()) {
      return null;
    }
    JsonPrimitive primitive = json.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    if (primitive.isString()) {
      return primitive.getAsString();
    }
    String digits = primitive.getAsString();
    return digits.matches("-?\\d{1,18}")
        ? (Object) Long.parseLong(digits)
        : primitive.getAsDouble();
  }

  private static List<Object> append(List<Object> path, Object key) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }
}
