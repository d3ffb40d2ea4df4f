package halfstep.lab.draft;

import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.metric.Stopwatch;
import java.util.concurrent.Callable;

/** How long models take for their tokens here and now; differs from run to run. */
final class Pace {

  private final int[] context;
  private final double seconds;

  /**
   * @param context tokens read before the clock starts; not modified
   * @param seconds how long to measure at least
   */
  Pace(int[] context, double seconds) {
    this.context = context;
    this.seconds = seconds;
  }

  /** Median nanoseconds of a pass over the next {@code tokens} tokens. */
  double nanos(Model model, int tokens) {
    Decoder decoder = new Decoder(model, context.length + tokens);
    decoder.read(context);
    int[] next = new int[tokens];
    System.arraycopy(context, 0, next, 0, Math.min(tokens, context.length));
    Callable<Object> pass =
        () -> {
          Object logits = decoder.readEach(next);
          decoder.rewind(context.length);
          return logits;
        };
    try {
      return new Stopwatch(seconds, done -> {}).time(pass).quantile(0.5);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a forward pass throws nothing checked", e);
    }
  }
}
