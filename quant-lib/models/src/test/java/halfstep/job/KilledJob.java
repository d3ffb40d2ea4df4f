package halfstep.job;

import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A job in a process of its own, which can be killed or kept from writing. */
final class KilledJob {

  /** Long enough that a random kill falls somewhere inside, short enough for many. */
  private static final Duration PER_LAYER = Duration.ofMillis(20);

  private KilledJob() {}

  static QuantizeJob job(Path input, Path out) {
    return QuantizeJob.of(input, out, QuantSpec.of(4, 32), Hqq.DEFAULT).traced();
  }

  /** Runs the job; says when it begins, and what stopped it. */
  public static void main(String[] arguments) {
    QuantizeJob job = job(Path.of(arguments[0]), Path.of(arguments[1]));
    try {
      job.run(
          Unfinished.RESUMED,
          (fraction, layer) -> {
            System.out.println(layer.isEmpty() ? "there" : layer);
            LockSupport.parkNanos(PER_LAYER.toNanos());
          });
      System.out.println("complete");
    } catch (StoppedJob stopped) {
      System.out.println(stopped.getMessage());
    }
  }

  /**
   * Starts the job and kills it with a signal that nothing can catch.
   *
   * @param layers to wait for
   * @param delay after that
   */
  static void kill(Path input, Path out, int layers, Duration delay)
      throws IOException, InterruptedException {
    Process process = start("", input, out);
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      for (int line = 0; line <= layers; line++) {
        if (said.readLine() == null) {
          throw new IllegalStateException("the job ended after %d layers".formatted(line));
        }
      }
      Thread.sleep(delay);
    } finally {
      process.destroyForcibly();
    }
    process.waitFor(20, TimeUnit.SECONDS);
  }

  /** Starts the job where no file may grow beyond a size, and gives what it said. */
  static List<String> fill(Path input, Path out, long bytes) throws IOException {
    Process process = start("ulimit -f %d; ".formatted(bytes / 512), input, out);
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      return said.lines().toList();
    }
  }

  private static Process start(String before, Path input, Path out) throws IOException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", before + "exec \"$@\"", "sh"));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:-UsePerfData"));
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(KilledJob.class.getName(), input.toString(), out.toString()));
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
