package halfstep.kernel.widget;

/** Size and place of a control, in the words of CSS. */
public final class Layout extends Widget {

  Layout() {
    super("LayoutModel", "LayoutView", Package.BASE);
    for (String name :
        new String[] {"width", "height", "margin", "padding", "border_top", "flex"}) {
      initially(name, null);
    }
  }

  /**
   * Sets a property.
   *
   * @param name for example {@code width}, {@code height}, {@code margin}
   * @param value for example {@code 60%}
   * @return this
   */
  public Layout set(String name, String value) {
    put(name, value);
    return this;
  }
}
