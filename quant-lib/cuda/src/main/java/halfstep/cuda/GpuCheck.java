package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.jcuda.JCudaProbe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code gpu-check [--small] [--json FILE]}: every kernel against the processor on this machine's
 * GPU, then how fast they are. Exit status: 0 all agree, 1 some do not, or there is no GPU, 2 wrong
 * usage.
 */
public final class GpuCheck {

  private GpuCheck() {}

  /** Runs the check and ends the process with its status. */
  public static void main(String[] arguments) throws IOException {
    System.exit(run(System.out, System.err, arguments));
  }

  static int run(PrintStream out, PrintStream err, String... arguments) throws IOException {
    boolean small = false;
    Path file = null;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--small")) {
        small = true;
      } else if (arguments[i].equals("--json") && i + 1 < arguments.length) {
        file = Path.of(arguments[++i]);
      } else {
        err.println(
            "gpu-check: there is no option %s; there are --small and --json FILE."
                .formatted(arguments[i]));
        return 2;
      }
    }
    JCudaProbe probe = JCudaProbe.look();
    Optional<String> obstacle = probe.obstacle(0);
    if (obstacle.isPresent()) {
      err.println("gpu-check: no GPU computes here: " + obstacle.get() + ".");
      return 1;
    }
    try (GpuDevice device = probe.open(0);
        CudaBackend backend = new CudaBackend(device)) {
      out.println(backend.detail());
      List<Agreement> agreements = new Agreements(backend, small).all(out::println);
      List<CheckRow> rows = new ArrayList<>(new Rates(device, small).all());
      rows.addAll(new LayoutRates(device, small).all());
      rows.addAll(new ModelRates(device, small).all());
      rows.addAll(new AwqRates(device, small).all());
      rows.addAll(new AwqSearchRates(backend, small).all());
      rows.addAll(new ClipRates(backend, small).all());
      rows.addAll(new ForwardRates(device, small).all());
      rows.addAll(new HostProductRates(backend, small).all());
      rows.addAll(new GptqRates(backend, small).all());
      rows.addAll(new LinkRates(backend, small).all());
      double copy = rows.getFirst().gigabytesPerSecond();
      rows.forEach(row -> out.println(row.line(copy)));
      if (file != null) {
        Files.writeString(file, json(backend.detail(), agreements, rows, copy) + "\n");
      }
      long wrong = agreements.stream().filter(agreement -> !agreement.holds()).count();
      out.printf(
          Locale.ROOT,
          "%d of %d agree with the processor.%n",
          agreements.size() - wrong,
          agreements.size());
      return wrong == 0 ? 0 : 1;
    }
  }

  /**
   * Whether a kernel agrees with the processor.
   *
   * @param name of what was done
   * @param off how many codes differ, or the largest error over its bound
   * @param most what {@code off} may be
   */
  record Agreement(String name, double off, double most) {
    boolean holds() {
      return off <= most;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-8s %s: %.3g, at most %.3g",
          holds() ? "agrees" : "DIFFERS",
          name,
          off,
          most);
    }
  }

  private static String json(
      String device, List<Agreement> agreements, List<CheckRow> rows, double copy) {
    List<String> all = new ArrayList<>();
    for (Agreement agreement : agreements) {
      all.add(
          "{\"name\": \"%s\", \"off\": %s, \"holds\": %s}"
              .formatted(agreement.name(), agreement.off(), agreement.holds()));
    }
    String rates = rows.stream().map(row -> row.json(copy)).collect(Collectors.joining(", "));
    return "{\"bench\": \"gpu\", \"date\": \"%s\", \"device\": \"%s\", \"java\": \"%s\", \"agreements\": [%s], \"rates\": [%s]}"
        .formatted(
            LocalDate.now(java.time.ZoneOffset.UTC),
            device.replace("\"", "'"),
            Runtime.version(),
            String.join(", ", all),
            rates);
  }
}
