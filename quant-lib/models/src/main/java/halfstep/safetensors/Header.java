package halfstep.safetensors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A validated header.
 *
 * @param places where each tensor lies, in the header's order
 * @param metadata free text of the writer, possibly empty
 */
record Header(Map<String, Place> places, Map<String, String> metadata) {

  /**
   * Where a tensor lies.
   *
   * @param info what it is
   * @param offset of its first byte, from the start of the file
   */
  record Place(TensorInfo info, long offset) {}

  Header {
    places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
