package halfstep.kernel.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Small helpers around the JSON tree that messages are made of. */
public final class Json {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private Json() {}

  /**
   * Builds an object.
   *
   * @param keysAndValues keys and values in turn; a value may be a JSON element, a string, number,
   *     boolean, map, collection or null
   * @return a new object in the order given
   */
  public static JsonObject object(@Nullable Object... keysAndValues) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.add(String.valueOf(keysAndValues[i]), tree(keysAndValues[i + 1]));
    }
    return object;
  }

  /**
   * The JSON of a value.
   *
   * @param value a JSON element, string, number, boolean, map, collection or null
   * @return its tree; a number that JSON cannot say (NaN, infinity) becomes a string
   */
  public static JsonElement tree(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNull.INSTANCE;
      case JsonElement element -> element;
      case Double d when !Double.isFinite(d) -> GSON.toJsonTree(d.toString());
      case Float f when !Float.isFinite(f) -> GSON.toJsonTree(f.toString());
      default -> GSON.toJsonTree(value);
    };
  }

  /**
   * The bytes of an element as they go over the wire.
   *
   * @param element any element
   * @return compact JSON in UTF-8
   */
  public static byte[] bytes(JsonElement element) {
    return GSON.toJson(element).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Parses an object.
   *
   * @param bytes JSON in UTF-8
   * @return the object
   * @throws JsonParseException if {@code bytes} is no UTF-8 or no JSON object
   */
  public static JsonObject parse(byte[] bytes) {
    JsonElement element = JsonParser.parseString(text(bytes));
    if (!element.isJsonObject()) {
      throw new JsonParseException("expected a JSON object, found " + element);
    }
    return element.getAsJsonObject();
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonParseException("not UTF-8", e);
    }
  }

  /** The string under {@code key}, or {@code otherwise} when it is absent or null. */
  public static String string(JsonObject object, String key, String otherwise) {
    return has(object, key) ? object.get(key).getAsString() : otherwise;
  }

  /** The integer under {@code key}, or {@code otherwise} when it is absent or null. */
  public static int integer(JsonObject object, String key, int otherwise) {
    return has(object, key) ? object.get(key).getAsInt() : otherwise;
  }

  /** The boolean under {@code key}, or {@code otherwise} when it is absent or null. */
  public static boolean bool(JsonObject object, String key, boolean otherwise) {
    return has(object, key) ? object.get(key).getAsBoolean() : otherwise;
  }

  /** The object under {@code key}, or a new empty one when it is absent or null. */
  public static JsonObject child(JsonObject object, String key) {
    return has(object, key) ? object.getAsJsonObject(key) : new JsonObject();
  }

  private static boolean has(JsonObject object, String key) {
    return object.has(key) && !object.get(key).isJsonNull();
  }
}
