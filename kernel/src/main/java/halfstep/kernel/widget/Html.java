package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A piece of HTML, an inline SVG chart for example, that can be replaced. */
public final class Html extends Valued<String> {

  /**
   * Makes the piece.
   *
   * @param html trusted markup
   */
  public Html(String html) {
    super("HTML", "HTML", "", "value");
    initially("value", html);
    initially("placeholder", "");
  }

  @Override
  String read(@Nullable Object raw) {
    return String.valueOf(raw);
  }

  @Override
  public String toString() {
    return "Html(%d characters)".formatted(value().length());
  }
}
