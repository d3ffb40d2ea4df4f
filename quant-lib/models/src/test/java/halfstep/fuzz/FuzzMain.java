package halfstep.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Fuzzes by mutation, without instrumentation: an input whose outcome is new joins the corpus.
 *
 * <p>{@code FuzzMain FOLDER FINDS SEED RUNS TARGET…} works in FOLDER, writes what broke a promise
 * to FINDS/TARGET/N.bin, and prints a row for docs/reliability.md per target. {@code FuzzMain
 * FOLDER seeds INTO TARGET…} writes the targets' seeds as files instead, for Jazzer to begin with.
 */
public final class FuzzMain {

  private static final int MOST_CORPUS = 4_000;
  private static final int MOST_FINDS = 10;
  private static final int COLLECT_EVERY = 2_000;
  private static final long HUNG_MILLIS = 20_000;

  private final Path finds;
  private final FuzzTarget target;
  private final Guard guard;
  private final Set<String> outcomes = new HashSet<>();
  private volatile byte[] current = {};
  private volatile long since = System.currentTimeMillis();
  private int found;

  private FuzzMain(Path finds, FuzzTarget target) {
    this.finds = finds;
    this.target = target;
    this.guard = new Guard(target);
  }

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "fuzz");
    boolean seeds = arguments[1].equals("seeds");
    int first = seeds ? 3 : 4;
    int finds = 0;
    for (int i = first; i < arguments.length; i++) {
      Path own = Files.createDirectories(folder.resolve("at-" + i));
      FuzzTarget target = Targets.named(arguments[i], own);
      if (seeds) {
        write(target, Path.of(arguments[2]));
      } else {
        FuzzMain fuzz = new FuzzMain(Path.of(arguments[1]), target);
        System.out.println(fuzz.run(Long.parseLong(arguments[2]), Long.parseLong(arguments[3])));
        finds += fuzz.found;
      }
    }
    System.exit(finds == 0 ? 0 : 1);
  }

  private static void write(FuzzTarget target, Path into) throws IOException {
    Path folder = Files.createDirectories(into.resolve(target.name()));
    for (int i = 0; i < target.seeds().size(); i++) {
      Files.write(folder.resolve("seed-" + i), target.seeds().get(i));
    }
  }

  private String run(long seed, long runs) throws IOException {
    Mutator mutator = new Mutator(seed, target.words());
    List<byte[]> seeds = target.seeds();
    List<byte[]> corpus = new ArrayList<>(seeds);
    since = System.currentTimeMillis();
    watch();
    for (byte[] each : seeds) {
      outcomes.add(given(each));
    }
    long read = 0;
    long start = System.nanoTime();
    long done = 0;
    while (done < runs && found < MOST_FINDS) {
      byte[] input = mutator.next(corpus, target.parts());
      String outcome = given(input);
      done++;
      read += outcome.equals("read") ? 1 : 0;
      if (outcomes.add(outcome) && corpus.size() < MOST_CORPUS) {
        corpus.add(input);
      }
      if (done % COLLECT_EVERY == 0) {
        System.gc(); // native tokenizers are freed when they are found unreachable
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    since = Long.MAX_VALUE;
    return String.format(
        Locale.ROOT,
        "| %s | mutation, seed %d | %,d | %.1f %% | %d | %.0f ms | %.1f MB | %.0f s | %d |",
        target.name(),
        seed,
        done,
        100.0 * read / done,
        outcomes.size(),
        guard.slowestNanos() / 1e6,
        guard.mostBytes() / 1e6,
        seconds,
        found);
  }

  private String given(byte[] input) throws IOException {
    current = input;
    since = System.currentTimeMillis();
    try {
      return guard.check(input);
    } catch (Finding finding) {
      String name = key(finding);
      if (outcomes.add(name)) {
        found++;
        Path folder = Files.createDirectories(finds.resolve(target.name()));
        Path file = Files.write(folder.resolve(found + ".bin"), input);
        System.err.printf("%s: %s%n", file, finding.getMessage());
        if (finding.getCause() != null) {
          finding.getCause().printStackTrace();
        }
      }
      return name;
    }
  }

  /** Findings of one cause at one place are one. */
  private static String key(Finding finding) {
    Throwable cause = finding.getCause();
    if (cause == null) {
      return String.valueOf(finding.getMessage()).replaceAll("[0-9.,]", "");
    }
    for (StackTraceElement frame : cause.getStackTrace()) {
      if (frame.getClassName().startsWith("halfstep.")) {
        return cause.getClass() + " at " + frame;
      }
    }
    return cause.getClass().toString();
  }

  /** An input that never ends is a finding, too; the process cannot go on after it. */
  private void watch() {
    Thread worker = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (since == Long.MAX_VALUE || System.currentTimeMillis() - since < HUNG_MILLIS) {
            java.util.concurrent.locks.LockSupport.parkNanos(500_000_000L);
          }
          for (StackTraceElement frame : worker.getStackTrace()) {
            System.err.println("\tat " + frame);
          }
          try {
            Path folder = Files.createDirectories(finds.resolve(target.name()));
            System.err.println("hung: " + Files.write(folder.resolve("hung.bin"), current));
          } catch (IOException e) {
            System.err.println("hung, and its input cannot be written: " + e);
          }
          Runtime.getRuntime().halt(3);
        });
  }
}
