package halfstep.kernel.lineage;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** Arrays as text: their elements, the first hundred of each dimension, and how many there are. */
final class ArrayText {

  private static final int MOST = 100;

  private ArrayText() {}

  static String of(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    if (value == null || !value.getClass().isArray()) {
      text.append(value);
      return;
    }
    int length = Array.getLength(value);
    text.append('[');
    for (int i = 0; i < Math.min(length, MOST); i++) {
      text.append(i == 0 ? "" : ", ");
      append(text, Array.get(value, i));
    }
    text.append(length > MOST ? ", … %d in all]".formatted(length) : "]");
  }
}
