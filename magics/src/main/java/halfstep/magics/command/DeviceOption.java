package halfstep.magics.command;

import halfstep.backend.DeviceChoice;
import halfstep.backend.Devices;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where whole matrices are computed. */
public final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      completionCandidates = Names.class,
      description =
          "Where whole matrices are computed: ${COMPLETION-CANDIDATES}; cuda:1 is the second GPU,"
              + " auto takes one if there is one. Default cpu.")
  private @Nullable String word;

  /** For Tab. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Devices.names().iterator();
    }
  }

  /**
   * What was said, or what the system property says.
   *
   * @throws UsageException if there is no such device
   */
  public DeviceChoice choice() {
    try {
      return word == null ? DeviceChoice.usual() : DeviceChoice.of(word);
    } catch (IllegalArgumentException e) {
      UsageException refusal = new UsageException("--device: " + e.getMessage());
      refusal.initCause(e);
      throw refusal;
    }
  }
}
