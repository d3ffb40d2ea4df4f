import com.sun.management.OperatingSystemMXBean;
import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * All linear layers of one model in memory at 4 bits in groups of 64, warm, on all cores: a line of
 * a table for each method. Arguments: model folder, calibration text, tokens of it.
 */
final class Whole {

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int WINDOW = 256;

  private Whole() {}

  public static void main(String[] arguments) throws IOException {
    Model model = Model.open(Path.of(arguments[0]));
    int[] text = model.tokenizer().encode(Files.readString(Path.of(arguments[1])));
    int[] tokens = Arrays.copyOf(text, Math.min(text.length, Integer.parseInt(arguments[2])));
    Calibration calibration = Calibration.of(TokenWindows.cut(tokens, WINDOW));
    System.out.printf("| method, %d calibration tokens | wall ms | spread | CPU ms |%n", tokens.length);
    System.out.println("|---|---|---|---|");
    time(model, QuantMethod.Hqq.DEFAULT, calibration, 40);
    time(model, QuantMethod.Awq.DEFAULT, calibration, 5);
    time(model, Gptq.DEFAULT, calibration, 5);
  }

  private static void time(Model model, QuantMethod method, Calibration calibration, int runs) {
    Form form = Form.of(method, 4, 64);
    List<String> layers = model.layers();
    double[] wall = new double[runs];
    double cpu = 0;
    for (int run = -runs; run < runs; run++) { // as many to warm up
      long begun = System.nanoTime();
      long used = PROCESS.getProcessCpuTime();
      form.quantize(model, layers, calibration, done -> {});
      if (run >= 0) {
        wall[run] = (System.nanoTime() - begun) / 1e6;
        cpu += (PROCESS.getProcessCpuTime() - used) / 1e6 / runs;
      }
    }
    Arrays.sort(wall);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | ±%.0f %% | %.0f |%n",
        form.name(), wall[runs / 2], 50 * (wall[runs - 1] - wall[0]) / wall[runs / 2], cpu);
  }
}
