package halfstep.kernel.widget;

/** Colours and label width of a control; its properties differ by control. */
final class Style extends Widget {

  Style(String model) {
    super(model, "StyleView", Package.CONTROLS);
    initially("_view_module", "@jupyter-widgets/base");
    initially("_view_module_version", "2.0.0");
  }
}
