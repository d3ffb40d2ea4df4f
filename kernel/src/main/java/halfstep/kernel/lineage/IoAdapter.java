package halfstep.kernel.lineage;

import java.nio.charset.StandardCharsets;
import org.dflib.jjava.jupyter.kernel.JupyterIO;

/**
 * The lineage's streams, attached to our channels for good: the thread's own context says which
 * cell is meant.
 */
final class IoAdapter extends JupyterIO {

  IoAdapter(ReplyAdapter channels) {
    super(StandardCharsets.UTF_8);
    setEnv(channels);
    setJupyterInEnabled(true);
  }
}
