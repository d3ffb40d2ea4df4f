package halfstep.lab.draft;

import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.tensor.Parallel;
import java.util.Arrays;

/**
 * How long models take for their tokens here and now, beside each other; differs from run to run.
 */
final class Pace {

  /** Pairs to take at least, however long they last. */
  private static final int LEAST = 15;

  private final int[] context;
  private final double seconds;

  /**
   * @param context tokens read before the clock starts; not modified
   * @param seconds how long to measure at least; half as long is spent on the warm-up before
   */
  Pace(int[] context, double seconds) {
    this.context = context;
    this.seconds = seconds;
  }

  /**
   * Time of a pass of one model over that of another, turn by turn, so that what else the machine
   * does meets both: the median over the median.
   *
   * @param tokens of a pass of {@code model}; one of {@code other} is of a single token
   */
  double over(Model model, int tokens, Model other) {
    Pass pass = new Pass(model, tokens);
    Pass beside = new Pass(other, 1);
    pairs(pass, beside, seconds / 2);
    double[][] nanos = pairs(pass, beside, seconds);
    return median(nanos[0]) / median(nanos[1]);
  }

  private static double[][] pairs(Pass pass, Pass beside, double seconds) {
    double[][] nanos = new double[2][LEAST];
    long begun = System.nanoTime();
    int count = 0;
    while (count < LEAST || System.nanoTime() - begun < seconds * 1e9) {
      Parallel.checkInterrupt("measuring the pace of drafts");
      if (count == nanos[0].length) {
        nanos[0] = Arrays.copyOf(nanos[0], 2 * count);
        nanos[1] = Arrays.copyOf(nanos[1], 2 * count);
      }
      nanos[0][count] = pass.nanos();
      nanos[1][count] = beside.nanos();
      count++;
    }
    return new double[][] {Arrays.copyOf(nanos[0], count), Arrays.copyOf(nanos[1], count)};
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** The next tokens behind a context, again and again. */
  private final class Pass {
    private final Decoder decoder;
    private final int[] next;

    Pass(Model model, int tokens) {
      decoder = new Decoder(model, context.length + tokens);
      decoder.read(context);
      next = Arrays.copyOf(context, tokens);
    }

    double nanos() {
      long begun = System.nanoTime();
      decoder.readEach(next);
      long ended = System.nanoTime();
      decoder.rewind(context.length);
      return ended - begun;
    }
  }
}
