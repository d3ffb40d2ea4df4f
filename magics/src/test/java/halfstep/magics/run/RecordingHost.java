package halfstep.magics.run;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A host that remembers; it can interrupt its caller like a reader who presses Stop. */
final class RecordingHost implements Host {

  final List<MimeBundle> shown = new ArrayList<>();
  final Map<String, Object> variables = new HashMap<>();
  final Map<String, String> types = new HashMap<>();
  final List<Double> progress = new ArrayList<>();
  int interruptAtUpdate = Integer.MAX_VALUE;
  double interruptBeyond = Double.POSITIVE_INFINITY;

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    shown.add(bundle);
    return shown::add;
  }

  @Override
  public void declare(String name, String type, Object value) {
    variables.put(name, value);
    types.put(name, type);
  }

  @Override
  public Optional<Object> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  @Override
  public void evaluate(String source) {
    throw new UnsupportedOperationException("commands evaluate nothing");
  }

  @Override
  public Progress progress(String title) {
    return new Progress() {
      @Override
      public void update(double fraction, String detail) {
        progress.add(fraction);
        if (progress.size() == interruptAtUpdate || fraction > interruptBeyond) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  long charts() {
    return shown.stream().filter(bundle -> bundle.data().containsKey("image/png")).count();
  }
}
