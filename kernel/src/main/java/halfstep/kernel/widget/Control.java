package halfstep.kernel.widget;

/** A visible control with a label. */
public abstract class Control extends Widget {

  private final Layout layout = new Layout();

  Control(String name, String style, String description) {
    this(name, name + "View", style, description);
  }

  Control(String name, String view, String style, String description) {
    super(name + "Model", view, Package.CONTROLS);
    initially("layout", layout);
    initially("description", description);
    initially("disabled", false);
    if (!style.isEmpty()) {
      initially("style", new Style(style + "StyleModel"));
    }
  }

  /** Size and place. */
  public final Layout layout() {
    return layout;
  }

  /**
   * Switches the control on or off.
   *
   * @param on whether it reacts
   */
  public final void enable(boolean on) {
    put("disabled", !on);
  }
}
