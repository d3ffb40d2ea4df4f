package halfstep.kernel.widget;

import com.google.gson.JsonObject;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.protocol.Json;
import java.util.List;
import java.util.Map;

/** A place that shows outputs: what a piece of code prints and displays, or one value. */
public final class Output extends Widget {

  private final Layout layout = new Layout();

  /** Makes an empty place. */
  public Output() {
    super("OutputModel", "OutputView", Package.OUTPUT);
    initially("layout", layout);
    initially("msg_id", "");
    initially("outputs", List.of());
  }

  /** Size and place. */
  public Layout layout() {
    return layout;
  }

  /**
   * Runs code whose output appears here instead of below the cell.
   *
   * @param work what to run, on this thread
   */
  public void capture(Runnable work) {
    Widgets.current().announce(this);
    CellContext context = CellContext.current();
    put("msg_id", context == null ? "" : Json.string(context.parent(), "msg_id", ""));
    try {
      work.run();
    } finally {
      System.out.flush();
      System.err.flush();
      put("msg_id", "");
    }
  }

  /**
   * Shows a value in place of what is shown.
   *
   * @param value rendered as a cell's result is
   */
  public void show(Object value) {
    JsonObject output = Json.object("output_type", "display_data");
    Widgets.current()
        .frontEnd()
        .render(value)
        .entrySet()
        .forEach(e -> output.add(e.getKey(), e.getValue()));
    put("outputs", List.of(output));
  }

  /** Shows nothing any more. */
  public void clear() {
    put("outputs", List.of());
  }

  @Override
  public String toString() {
    return "Output"
        + Map.of(
            "shown",
            ((List<?>) java.util.Objects.requireNonNullElse(get("outputs"), List.of())).size());
  }
}
