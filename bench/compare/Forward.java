import com.sun.management.OperatingSystemMXBean;
import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Times the forward pass of one model and prints one JSON object: CPU milliseconds of every repeat,
 * after a warm-up. Arguments: model folder, windows, tokens per window, tokens to decode, repeats.
 */
final class Forward {

  private static final int WARM_UP = 15;
  private static final int PROMPT = 32;

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Forward() {}

  public static void main(String[] arguments) {
    Model model = Model.open(Path.of(arguments[0]));
    int windows = Integer.parseInt(arguments[1]);
    int length = Integer.parseInt(arguments[2]);
    int decoded = Integer.parseInt(arguments[3]);
    int repeats = Integer.parseInt(arguments[4]);
    TokenWindows batch = batch(model, windows, length);
    List<Double> whole = time(repeats, () -> model.logits(batch));
    List<Double> token = time(repeats, () -> decode(model, batch.window(0), decoded));
    System.out.printf(
        Locale.ROOT, "{\"java\": \"%s\", \"batch\": %s, \"decode\": %s}%n",
        Runtime.version(), whole, token);
  }

  private static TokenWindows batch(Model model, int windows, int length) {
    SplittableRandom random = new SplittableRandom(0);
    int vocabulary = model.config().vocabSize();
    List<int[]> all = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      all.add(random.ints(length, 0, vocabulary).toArray());
    }
    return TokenWindows.of(all);
  }

  /** Reads a prompt, then token after token from the cache. */
  private static void decode(Model model, int[] text, int count) {
    Decoder decoder = new Decoder(model, PROMPT + count);
    float[] logits = decoder.read(Arrays.copyOf(text, PROMPT));
    for (int i = 0; i < count; i++) {
      int best = 0;
      for (int t = 1; t < logits.length; t++) {
        best = logits[t] > logits[best] ? t : best;
      }
      logits = decoder.read(best);
    }
  }

  private static List<Double> time(int repeats, Runnable work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      long start = PROCESS.getProcessCpuTime();
      work.run();
      times.add((PROCESS.getProcessCpuTime() - start) / 1e6);
    }
    return times;
  }
}
