package halfstep.kernel.engine;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries an object from the kernel into a cell's declaration. Public because the declaration calls
 * it.
 */
public final class Handover {

  private static final Map<String, Object> WAITING = new ConcurrentHashMap<>();

  private Handover() {}

  /**
   * Gives the object out, once.
   *
   * @param key what {@link #put} returned
   * @return the object, null when it was taken before
   */
  public static @Nullable Object take(String key) {
    return WAITING.remove(key);
  }

  static String put(Object value) {
    String key = UUID.randomUUID().toString();
    WAITING.put(key, value);
    return key;
  }

  static void forget(String key) {
    WAITING.remove(key);
  }
}
