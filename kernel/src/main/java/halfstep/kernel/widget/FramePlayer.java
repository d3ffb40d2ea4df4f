package halfstep.kernel.widget;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Frames that are played, stepped through and dragged along in the browser; the kernel is told
 * which one is looked at. Where there is no kernel the frames remain as a list to unfold.
 */
public final class FramePlayer extends AnyWidget {

  /**
   * One picture of the sequence.
   *
   * @param title what it shows, plain text
   * @param html trusted markup, for example an inline SVG
   */
  public record Frame(String title, String html) {}

  private final List<Frame> frames;

  /**
   * Makes a player that stands at its first frame.
   *
   * @param frames at least one
   */
  public FramePlayer(List<Frame> frames) {
    super("halfstep.frames", resource("frames.js"), resource("frames.css"));
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a player needs frames, 0 came");
    }
    this.frames = List.copyOf(frames);
    initially("titles", frames.stream().map(Frame::title).toList());
    initially("frames", frames.stream().map(Frame::html).toList());
    initially("at", 0L);
    initially("interval", 600L);
  }

  /** Which frame is looked at, from 0. */
  public int at() {
    return value("at") instanceof Number number ? number.intValue() : 0;
  }

  /**
   * Goes to a frame.
   *
   * @param frame from 0; the nearest one if there is none of this number
   */
  public void at(int frame) {
    set("at", (long) Math.clamp(frame, 0, frames.size() - 1));
  }

  /**
   * Calls back when another frame is looked at.
   *
   * @param action takes its number, from 0
   */
  public void onFrame(IntConsumer action) {
    observe("at", _ -> action.accept(at()));
  }

  @Override
  Map<String, Object> remains() {
    StringBuilder html = new StringBuilder();
    for (Frame frame : frames) {
      html.append(
          "<details><summary>%s</summary>%s</details>".formatted(escape(frame.title), frame.html));
    }
    return Map.of("text/html", html.toString(), "text/plain", toString());
  }

  @Override
  public String toString() {
    return "%d frames: %s"
        .formatted(frames.size(), String.join(", ", frames.stream().map(Frame::title).toList()));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream file = FramePlayer.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the kernel's jar lacks " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
