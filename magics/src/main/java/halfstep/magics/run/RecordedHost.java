package halfstep.magics.run;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.magics.session.Journal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A host whose displays also go to the journal. Progress does not. */
final class RecordedHost implements Host {

  private final Host host;
  private final Journal.Entry entry;

  RecordedHost(Host host, Journal.Entry entry) {
    this.host = host;
    this.entry = entry;
  }

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    DisplayHandle handle = host.display(bundle);
    entry.add(bundle);
    AtomicReference<MimeBundle> shown = new AtomicReference<>(bundle);
    return next -> {
      handle.update(next);
      entry.replace(shown.getAndSet(next), next);
    };
  }

  @Override
  public boolean isTextOnly() {
    return host.isTextOnly();
  }

  @Override
  public void declare(String name, String type, Object value) {
    host.declare(name, type, value);
  }

  @Override
  public Optional<Object> variable(String name) {
    return host.variable(name);
  }

  @Override
  public void evaluate(String source) {
    host.evaluate(source);
  }

  @Override
  public Progress progress(String title) {
    return host.progress(title);
  }
}
