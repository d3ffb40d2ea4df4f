package halfstep.kernel.lineage;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.MimeBundle;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/** Turns our bundles into the lineage's and the lineage's contents into JSON. */
final class Bundles {

  private static final String DISPLAY = "a display";

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .disableHtmlEscaping()
          .create();

  private Bundles() {}

  /**
   * Returns {@code bundle} as the lineage's mutable type, to be shown or updated under {@code
   * displayId}.
   */
  static DisplayData toDisplayData(MimeBundle bundle, String displayId) {
    DisplayData data = new DisplayData();
    fill(data, bundle);
    data.setDisplayId(displayId);
    return data;
  }

  /** Puts our bundle into {@code data}. */
  static void fill(DisplayData data, MimeBundle bundle) {
    bundle.data().forEach(data::putData);
    bundle.metadata().forEach(data::putMetaData);
  }

  /**
   * Returns our bundle as content of a display message.
   *
   * @throws halfstep.kernel.spi.Refusal if it is too large
   */
  static JsonObject content(MimeBundle bundle, String displayId) {
    JsonObject content =
        Json.object(
            "data", bundle.data(),
            "metadata", bundle.metadata(),
            "transient", Json.object("display_id", displayId));
    return DisplayBound.checked(DISPLAY, content, List.of());
  }

  /**
   * Returns one of the lineage's contents as JSON; a display gets the metadata that Jupyter insists
   * on.
   *
   * @throws halfstep.kernel.spi.Refusal if it is a display that is too large
   */
  static JsonObject content(Object content) {
    JsonObject json = GSON.toJsonTree(content).getAsJsonObject();
    if (content instanceof DisplayData) {
      for (String key : new String[] {"data", "metadata", "transient"}) {
        if (!json.has(key) || json.get(key).isJsonNull()) {
          json.add(key, new JsonObject());
        }
      }
      return DisplayBound.checked(DISPLAY, json, List.of());
    }
    return json;
  }

  static JsonObject metadata(@Nullable Map<String, Object> metadata) {
    return metadata == null ? new JsonObject() : GSON.toJsonTree(metadata).getAsJsonObject();
  }
}
