package halfstep.kernel.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing to show, in several representations; the front end picks the richest it can show.
 * Immutable.
 *
 * @param data MIME type to content, richest or plainest first as the caller likes; {@code
 *     image/png} is a base64 string, JSON types are maps, lists, strings, numbers and booleans
 * @param metadata MIME type to what belongs to that representation, for example {@code
 *     {"image/png": {"width": 720}}}
 */
public record MimeBundle(Map<String, Object> data, Map<String, Object> metadata) {

  /** Copies both maps and keeps their order. */
  public MimeBundle {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * A bundle of plain text alone.
   *
   * @param text what to show
   * @return {@code text} as {@code text/plain}
   */
  public static MimeBundle text(String text) {
    return new MimeBundle(Map.of("text/plain", text), Map.of());
  }
}
