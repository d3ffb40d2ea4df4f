package halfstep.kernel.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Small helpers around the JSON tree that messages are made of. */
public final class Json {

  /** Jupyter's own messages need about ten, state of widgets some more. */
  private static final int MOST_NESTED = 500;

  private static final int MOST_SHOWN = 60;
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
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
   * Parses an object, by the letter of RFC 8259: what we take, we can send back.
   *
   * @param bytes JSON in UTF-8
   * @return the object
   * @throws JsonParseException if {@code bytes} is no UTF-8, no JSON object, or nested deeper than
   *     {@value #MOST_NESTED}
   */
  public static JsonObject parse(byte[] bytes) {
    String text = text(bytes);
    requireShallow(text);
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    JsonElement element = JsonParser.parseReader(reader);
    if (!element.isJsonObject()) {
      throw new JsonParseException("expected a JSON object, found " + shown(element));
    }
    requireEnd(reader);
    return element.getAsJsonObject();
  }

  private static void requireEnd(JsonReader reader) {
    try {
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("more follows the JSON object, from " + reader.getPath());
      }
    } catch (IOException e) {
      throw new JsonParseException("what follows the JSON object is no JSON", e);
    }
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonParseException("not UTF-8", e);
    }
  }

  /** Trees are walked by methods that call themselves, which a deep one would bring to an end. */
  private static void requireShallow(String text) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '[' || c == '{') {
        depth++;
        if (depth > MOST_NESTED) {
          throw new JsonParseException(
              "nested deeper than %d, expected a message".formatted(MOST_NESTED));
        }
      } else if (c == ']' || c == '}') {
        depth--;
      }
    }
  }

  /**
   * The string under {@code key}, or {@code otherwise} when it is absent or null.
   *
   * @throws Refusal if it is something else
   */
  public static String string(JsonObject object, String key, String otherwise) {
    return primitive(object, key, JsonPrimitive::isString, "a string")
        .map(JsonPrimitive::getAsString)
        .orElse(otherwise);
  }

  /**
   * The integer under {@code key}, or {@code otherwise} when it is absent or null.
   *
   * @throws Refusal if it is something else, or beyond 32 bits
   */
  public static int integer(JsonObject object, String key, int otherwise) {
    return primitive(object, key, Json::isInteger, "a whole number of 32 bits")
        .map(JsonPrimitive::getAsInt)
        .orElse(otherwise);
  }

  private static boolean isInteger(JsonPrimitive value) {
    String digits = value.getAsString();
    if (!value.isNumber() || !INTEGER.matcher(digits).matches()) {
      return false;
    }
    long number = Long.parseLong(digits);
    return number == (int) number;
  }

  /**
   * The boolean under {@code key}, or {@code otherwise} when it is absent or null.
   *
   * @throws Refusal if it is something else
   */
  public static boolean bool(JsonObject object, String key, boolean otherwise) {
    return primitive(object, key, JsonPrimitive::isBoolean, "true or false")
        .map(JsonPrimitive::getAsBoolean)
        .orElse(otherwise);
  }

  /**
   * The object under {@code key}, or a new empty one when it is absent or null.
   *
   * @throws Refusal if it is something else
   */
  public static JsonObject child(JsonObject object, String key) {
    if (!has(object, key)) {
      return new JsonObject();
    }
    if (object.get(key) instanceof JsonObject child) {
      return child;
    }
    throw wrong(object, key, "an object");
  }

  private static Optional<JsonPrimitive> primitive(
      JsonObject object, String key, Predicate<JsonPrimitive> fits, String expected) {
    if (!has(object, key)) {
      return Optional.empty();
    }
    if (object.get(key) instanceof JsonPrimitive value && fits.test(value)) {
      return Optional.of(value);
    }
    throw wrong(object, key, expected);
  }

  private static Refusal wrong(JsonObject object, String key, String expected) {
    return new Refusal(
        "WrongField",
        "the field \"%s\" of this message is %s, expected %s"
            .formatted(key, shown(object.get(key)), expected),
        null);
  }

  /** Enough of an element to know it by. */
  private static String shown(JsonElement element) {
    String text = element.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  private static boolean has(JsonObject object, String key) {
    return object.has(key) && !object.get(key).isJsonNull();
  }
}
