package halfstep.magics;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A host that is a terminal: displays are their text, charts drawn in it or shown in a window,
 * variables a table of names.
 */
final class TextHost implements Host {

  private static final String PNG = "image/png";

  private final Map<String, Object> variables = new HashMap<>();
  private final Optional<ChartWindow> window;
  private boolean toldOfCharts;

  /**
   * A host.
   *
   * @param window where charts are shown; they are drawn as text if there is none
   */
  TextHost(Optional<ChartWindow> window) {
    this.window = window;
  }

  @Override
  public boolean isTextOnly() {
    return window.isEmpty();
  }

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    show(bundle);
    return this::show;
  }

  private void show(MimeBundle bundle) {
    if (bundle.data().get(PNG) instanceof String png) {
      window.ifPresent(open -> open.show(Base64.getDecoder().decode(png)));
      if (!toldOfCharts) {
        toldOfCharts = true;
        System.out.println(
            window.isPresent()
                ? "Charts are shown in a window of their own, the last one in front."
                : "There is no display here, so charts are drawn as text.");
      }
    }
    Object text = bundle.data().get("text/plain");
    if (text != null) {
      System.out.println(text);
    }
  }

  @Override
  public void declare(String name, String type, Object value) {
    put(name, value);
    System.out.printf("%s %s = Halfstep.value(\"%s\")%n", type, name, name);
  }

  void put(String name, Object value) {
    variables.put(name, value);
  }

  @Override
  public Optional<Object> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  @Override
  public void evaluate(String source) {
    throw new Refusal(
        "NotThisHost", "a terminal cannot evaluate \"%s\"".formatted(source.strip()), null);
  }

  @Override
  public Progress progress(String title) {
    return new SilentProgress();
  }

  /** A terminal shows the result when it is there. */
  private static final class SilentProgress implements Progress {
    @Override
    public void update(double fraction, String detail) {
      // nothing to show it on
    }

    @Override
    public void close() {
      // nothing was opened
    }
  }
}
