package halfstep.kernel.widget;

import com.google.gson.JsonObject;
import java.util.List;

/** What widgets need of the kernel. */
public interface FrontEnd {

  /**
   * Sends a message of a comm under the request that the calling thread works for.
   *
   * @param type {@code comm_open}, {@code comm_msg} or {@code comm_close}
   * @param content its content; handed over
   * @param metadata its metadata; handed over
   * @param buffers raw binary parts
   */
  void send(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers);

  /**
   * Renders a value as a cell's result is rendered.
   *
   * @param value anything
   * @return {@code data} and {@code metadata}
   */
  JsonObject render(Object value);
}
