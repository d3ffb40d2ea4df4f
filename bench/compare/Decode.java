import halfstep.compose.Quantize;
import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times prefill and greedy decoding of one model, as it is and from packed codes, and prints one
 * JSON object a line: CPU milliseconds of every repeat, after a warm-up. Arguments: model folder,
 * tokens of the prompt, tokens to decode, repeats, forms (fp32 or bits, commas between), batches.
 */
final class Decode {

  private static final int GROUP = 64;
  private static final double WARM_UP_SECONDS = 3;

  /** With one core all work is done by the calling thread. */
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final Model model;
  private final int prompt;
  private final int count;
  private final int batch;

  /** Nanoseconds of CPU time of the last run. */
  private long prefill;

  private long decode;

  private Decode(Model model, int prompt, int count, int batch) {
    this.model = model;
    this.prompt = prompt;
    this.count = count;
    this.batch = batch;
  }

  public static void main(String[] arguments) {
    Model model = Model.open(Path.of(arguments[0]));
    int prompt = Integer.parseInt(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    int repeats = Integer.parseInt(arguments[3]);
    for (String form : arguments[4].split(",", -1)) {
      Model run = form.equals("fp32") ? model : quantized(model, Integer.parseInt(form));
      for (String batch : arguments[5].split(",", -1)) {
        Decode decode = new Decode(run, prompt, count, Integer.parseInt(batch));
        decode.print(form, repeats);
      }
    }
  }

  private static Model quantized(Model model, int bits) {
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    for (String layer : model.layers()) {
      QuantSpec spec = QuantSpec.of(bits, GROUP);
      codes.put(layer, Quantize.dataFree(model.weight(layer), spec, Hqq.LEGACY));
    }
    return model.withQuantized(codes);
  }

  private void print(String form, int repeats) {
    long end = System.nanoTime() + (long) (1e9 * WARM_UP_SECONDS);
    do {
      run();
    } while (System.nanoTime() < end);
    List<Double> prefills = new ArrayList<>();
    List<Double> decodes = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      run();
      prefills.add(prefill / 1e6);
      decodes.add(decode / 1e6);
    }
    System.out.printf(
        Locale.ROOT,
        "{\"form\": \"%s\", \"batch\": %d, \"prefill\": %s, \"decode\": %s}%n",
        form, batch, prefills, decodes);
  }

  /** Reads a prompt in every text, then token after token from the cache. */
  private void run() {
    SplittableRandom random = new SplittableRandom(0);
    List<int[]> texts = new ArrayList<>();
    for (int text = 0; text < batch; text++) {
      texts.add(random.ints(prompt, 0, model.config().vocabSize()).toArray());
    }
    Decoder decoder = new Decoder(model, batch, prompt + count);
    long start = CLOCK.getCurrentThreadCpuTime();
    Matrix logits = decoder.read(texts);
    long read = CLOCK.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      List<int[]> next = new ArrayList<>();
      for (int text = 0; text < batch; text++) {
        next.add(new int[] {best(logits.row(text))});
      }
      logits = decoder.read(next);
    }
    prefill = read - start;
    decode = CLOCK.getCurrentThreadCpuTime() - read;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int t = 1; t < logits.length; t++) {
      best = logits[t] > logits[best] ? t : best;
    }
    return best;
  }
}
