package halfstep.magics.run;

import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.UsageException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Java of a cell, compiled once as something to call. */
public final class CellBody {

  private static final AtomicReference<@Nullable Callable<?>> TAKEN = new AtomicReference<>();

  private CellBody() {}

  /**
   * Takes a compiled body over; what {@link #compile} makes the cell's engine call.
   *
   * @param body what the cell says
   */
  public static void take(Callable<?> body) {
    TAKEN.set(body);
  }

  /**
   * Compiles.
   *
   * @param source one expression, whose value is kept, or statements
   * @throws UsageException if it is neither
   */
  static Callable<?> compile(Host host, String source) {
    String text = source.strip();
    String expression = text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
    String ended = text.endsWith(";") || text.endsWith("}") ? text : text + ";";
    List<String> forms =
        List.of("(" + expression + "\n)", "{" + ended + "\nreturn null; }", "{" + ended + "\n}");
    TAKEN.set(null);
    @Nullable Refusal refusal = null;
    for (String form : forms) {
      try {
        host.evaluate("%s.take(() -> %s);".formatted(CellBody.class.getName(), form));
        Callable<?> taken = TAKEN.getAndSet(null);
        if (taken != null) {
          return taken;
        }
      } catch (Refusal e) {
        refusal = refusal == null || form.endsWith("return null; }") ? e : refusal;
      }
    }
    throw new UsageException(
        "the cell is no expression and no statements: " + reason(String.valueOf(refusal)));
  }

  /** What follows the source in the sentence of a kernel. */
  private static String reason(String sentence) {
    int at = sentence.lastIndexOf("\" failed: ");
    return at < 0 ? sentence : sentence.substring(at + 10);
  }
}
