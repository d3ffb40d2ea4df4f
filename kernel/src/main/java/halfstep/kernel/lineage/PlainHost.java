package halfstep.kernel.lineage;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import java.util.Optional;
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** A host over any kernel of the lineage, which has displays but knows nothing of variables. */
final class PlainHost implements Host {

  private final BaseKernel kernel;

  PlainHost(BaseKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    String id = UUID.randomUUID().toString();
    kernel.display(Bundles.toDisplayData(bundle, id));
    return next -> kernel.getIO().display.updateDisplay(Bundles.toDisplayData(next, id));
  }

  @Override
  public void declare(String name, String type, Object value) {
    throw new Refusal(
        "NotThisKernel",
        "%s cannot declare the variable %s; assign the magic's value instead: %s %s = %%magic …"
            .formatted(kernel.getName(), name, type, name),
        null);
  }

  @Override
  public Optional<Object> variable(String name) {
    return Optional.empty();
  }

  @Override
  public void evaluate(String source) {
    try {
      kernel.evalRaw(source);
    } catch (Exception e) {
      throw new Refusal(
          "NotEvaluated",
          "%s did not evaluate \"%s\": %s"
              .formatted(kernel.getName(), source.strip(), e.getMessage()),
          e);
    }
  }

  @Override
  public Progress progress(String title) {
    return new PrintedProgress(title, System.out);
  }
}
