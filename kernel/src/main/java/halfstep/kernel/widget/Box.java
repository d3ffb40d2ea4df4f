package halfstep.kernel.widget;

import java.util.List;

/** Widgets one below or beside another. */
public final class Box extends Control {

  private Box(String name, List<? extends Widget> children) {
    super(name, "", "");
    initially("children", List.copyOf(children));
    initially("box_style", "");
  }

  /**
   * Stacks widgets.
   *
   * @param children from top to bottom
   * @return the stack
   */
  public static Box column(Widget... children) {
    return new Box("VBox", List.of(children));
  }

  /**
   * Lines widgets up.
   *
   * @param children from left to right
   * @return the row
   */
  public static Box row(Widget... children) {
    return new Box("HBox", List.of(children));
  }

  @Override
  public String toString() {
    return "Box" + get("children");
  }
}
