package halfstep.kernel.widget;

import java.util.List;

/** Keeps the values of two controls equal inside the browser, without the kernel. */
public final class Link extends Widget {

  private Link(String model, Widget source, Widget target) {
    super(model, null, Package.CONTROLS);
    initially("source", List.of(source, "value"));
    initially("target", List.of(target, "value"));
  }

  /**
   * Links both ways, until {@link #close}.
   *
   * @param source one control
   * @param target the other
   * @return the link
   */
  public static Link of(Valued<?> source, Valued<?> target) {
    return announced(new Link("LinkModel", source, target));
  }

  /**
   * Lets one control follow another.
   *
   * @param source moves
   * @param target follows
   * @return the link
   */
  public static Link oneWay(Valued<?> source, Valued<?> target) {
    return announced(new Link("DirectionalLinkModel", source, target));
  }

  private static Link announced(Link link) {
    Widgets.current().announce(link);
    return link;
  }
}
