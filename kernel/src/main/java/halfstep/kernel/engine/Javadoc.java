package halfstep.kernel.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes readable text and safe HTML of a Javadoc comment. */
final class Javadoc {

  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern INLINE =
      Pattern.compile("\\{@(?:code|literal|link|linkplain|value)\\s+([^}]*)}");
  private static final Pattern BLOCK = Pattern.compile("(?m)^\\s*@(\\w+)\\s");
  private static final Pattern FIRST_SENTENCE = Pattern.compile("(?s)(.*?\\.)(?:\\s.*|$)");

  private Javadoc() {}

  static String text(String signature, @Nullable String comment, int detail) {
    String words = words(comment, detail);
    return words.isEmpty()
        ? signature
        : signature + "\n    " + words.replace("\n", "\n    ") + "\n";
  }

  static String html(String signature, @Nullable String comment, int detail) {
    String words = words(comment, detail);
    return "<p><code>%s</code></p>%s"
        .formatted(
            escape(signature),
            words.isEmpty() ? "" : "<p style=\"white-space: pre-wrap\">" + escape(words) + "</p>");
  }

  private static String words(@Nullable String comment, int detail) {
    if (comment == null) {
      return "";
    }
    String plain =
        INLINE
            .matcher(comment)
            .replaceAll(inline -> Matcher.quoteReplacement(escape(inline.group(1))));
    plain =
        TAG.matcher(plain)
            .replaceAll("")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&nbsp;", " ")
            .replace("&amp;", "&");
    plain =
        BLOCK
            .matcher(plain)
            .replaceAll("$1: ")
            .replaceAll("[ \\t]+", " ")
            .replaceAll("\\s*\\n\\s*", "\n")
            .strip();
    return detail > 0 ? plain : FIRST_SENTENCE.matcher(plain).replaceFirst("$1");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
