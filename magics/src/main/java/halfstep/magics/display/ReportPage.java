package halfstep.magics.display;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.session.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What commands have shown, as one HTML file that needs no other, and no script. */
public final class ReportPage {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; font-weight: 600; }
      .facts { opacity: 0.7; }
      section { margin: 2rem 0; overflow-x: auto; }
      pre { overflow-x: auto; }
      .line { border-left: 3px solid currentColor; padding-left: 0.7rem; font-weight: 600; }
      img, svg { max-width: 100%; height: auto; }
      """;

  private ReportPage() {}

  /**
   * Writes the page.
   *
   * @param facts what the numbers were made with, a line each
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(
      Path file, String title, List<String> facts, List<Journal.Entry> entries) {
    String page =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <h1>%s</h1>
        %s
        %s
        </body>
        </html>
        """
            .formatted(escape(title), STYLE, escape(title), facts(facts), sections(entries));
    try {
      Files.write(file, page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written: %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  private static String facts(List<String> facts) {
    return facts.stream()
        .map(fact -> "<div class=\"facts\">%s</div>".formatted(escape(fact)))
        .collect(Collectors.joining("\n"));
  }

  private static String sections(List<Journal.Entry> entries) {
    return entries.stream().map(ReportPage::section).collect(Collectors.joining("\n"));
  }

  private static String section(Journal.Entry entry) {
    return "<section>\n<pre class=\"line\">%s</pre>\n%s\n</section>"
        .formatted(
            escape(entry.line()),
            entry.shown().stream().map(ReportPage::shown).collect(Collectors.joining("\n")));
  }

  /** The richest form that a page without scripts can hold. */
  private static String shown(MimeBundle bundle) {
    Map<String, Object> data = bundle.data();
    String words = String.valueOf(data.getOrDefault("text/plain", ""));
    if (data.get("text/html") instanceof String html) {
      return html;
    }
    if (data.get("image/svg+xml") instanceof String svg) {
      return svg;
    }
    return data.get("image/png") instanceof String png
        ? "<img src=\"data:image/png;base64,%s\"%s alt=\"%s\">"
            .formatted(png, size(bundle.metadata().get("image/png")), escape(words))
        : "<pre>%s</pre>".formatted(escape(words));
  }

  private static String size(@Nullable Object metadata) {
    return metadata instanceof Map<?, ?> sides && sides.containsKey("width")
        ? " width=\"%s\"".formatted(sides.get("width"))
        : "";
  }

  private static String escape(String text) {
    return HtmlTable.escape(text);
  }
}
