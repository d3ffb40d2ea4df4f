package halfstep.kernel.lineage;

import halfstep.kernel.spi.MimeBundle;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Turns our bundles into the lineage's. */
final class Bundles {

  private Bundles() {}

  /**
   * Returns {@code bundle} as the lineage's mutable type, to be shown or updated under {@code
   * displayId}.
   */
  static DisplayData toDisplayData(MimeBundle bundle, String displayId) {
    DisplayData data = new DisplayData();
    bundle.data().forEach(data::putData);
    bundle.metadata().forEach(data::putMetaData);
    data.setDisplayId(displayId);
    return data;
  }
}
