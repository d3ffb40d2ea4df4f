package halfstep.kernel.lineage;

import com.google.gson.JsonObject;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.widget.FrontEnd;
import java.util.List;
import java.util.function.Function;

/** Widgets over our channels. */
record WidgetAdapter(Publisher publisher, Function<Object, JsonObject> renderer)
    implements FrontEnd {

  @Override
  public void send(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers) {
    JsonObject checked = DisplayBound.checked("a widget's message", content, buffers);
    publisher.publish(CellContext.current(), type, checked, metadata, buffers);
  }

  @Override
  public JsonObject render(Object value) {
    return renderer.apply(value);
  }
}
