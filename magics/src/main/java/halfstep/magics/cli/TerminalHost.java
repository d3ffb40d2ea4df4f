package halfstep.magics.cli;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import java.io.PrintWriter;
import java.util.Optional;

/** A notebook's command in a terminal: charts are told in words, progress goes to stderr. */
final class TerminalHost implements Host {

  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param out where displays go
   * @param err where progress goes
   */
  TerminalHost(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    print(bundle);
    return this::print;
  }

  private void print(MimeBundle bundle) {
    Object text = bundle.data().get("text/plain");
    if (text != null) {
      out.println(text);
      out.println();
    }
  }

  @Override
  public void declare(String name, String type, Object value) {
    throw new Refusal("NotThisHost", "a terminal keeps no variables; leave --as out", null);
  }

  @Override
  public Optional<Object> variable(String name) {
    return Optional.empty();
  }

  @Override
  public void evaluate(String source) {
    throw new Refusal("NotThisHost", "a terminal evaluates no Java", null);
  }

  @Override
  public Progress progress(String title) {
    return Meter.progress(err, title);
  }
}
