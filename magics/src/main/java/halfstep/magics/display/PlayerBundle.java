package halfstep.magics.display;

import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.widget.FramePlayer;
import halfstep.kernel.widget.Widget;
import halfstep.magics.chart.Frames;
import halfstep.magics.chart.Frames.Frame;
import halfstep.magics.chart.Picture;
import halfstep.magics.figure.Svg;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Frames to play, for every kind of page in one bundle: a widget where a kernel answers, else a
 * page with a slider of its own, where scripts are dropped the last frame with all steps in words,
 * a PNG, and words.
 */
public final class PlayerBundle {

  private static final String WIDGET = "application/vnd.jupyter.widget-view+json";
  private static final String SCRIPT = script();

  private PlayerBundle() {}

  /**
   * The bundle of some frames.
   *
   * @param live the widget that shows them, if the front end can
   */
  public static MimeBundle of(Frames frames, Optional<? extends Widget> live) {
    Picture last = frames.last();
    Map<String, Object> data = new LinkedHashMap<>();
    live.ifPresent(widget -> data.put(WIDGET, widget.bundle().data().get(WIDGET)));
    MimeBundle still = ChartBundle.of(last);
    data.putAll(still.data());
    data.put("text/html", html(frames, last));
    return new MimeBundle(data, still.metadata());
  }

  /** A widget that plays the frames, standing at the last one. */
  public static FramePlayer player(Frames frames) {
    FramePlayer player =
        new FramePlayer(
            IntStream.range(0, frames.frames().size())
                .mapToObj(i ->
                    new FramePlayer.Frame(frames.frames().get(i).title(), Svg.of(frames.figure(i))))
                .toList());
    player.at(frames.frames().size() - 1);
    return player;
  }

  /**
   * Gives a player other frames, and goes to the last one.
   *
   * @param player from {@link #player}
   */
  public static void replay(FramePlayer player, Frames frames) {
    // the first frame is there before and after; the old number might not be
    player.set("at", 0L);
    player.set("titles", frames.frames().stream().map(Frame::title).toList());
    player.set(
        "frames",
        IntStream.range(0, frames.frames().size())
            .mapToObj(i -> Svg.of(frames.figure(i)))
            .toList());
    player.set("at", frames.frames().size() - 1L);
  }

  private static String html(Frames frames, Picture last) {
    String svg = Svg.of(frames.shared(), frames.frames().stream().map(Frame::marks).toList());
    return "<div class=\"halfstep-player\">%s%s</div><script>%s</script>"
        .formatted(
            FigureHtml.framed(svg, last.figure().orElseThrow()), inWords(frames.frames()), SCRIPT);
  }

  private static String inWords(List<Frame> frames) {
    return frames.stream()
        .map(frame -> "<li>%s</li>".formatted(HtmlTable.escape(frame.sentence())))
        .collect(
            Collectors.joining(
                "", "<details><summary>the steps one by one</summary><ul>", "</ul></details>"));
  }

  private static String script() {
    try (InputStream file = PlayerBundle.class.getResourceAsStream("player.js")) {
      if (file == null) {
        throw new IllegalStateException("the magics' jar lacks player.js");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
