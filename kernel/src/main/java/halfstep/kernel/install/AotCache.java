package halfstep.kernel.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the file from which the JVM starts with classes already linked. It is bound to this Java,
 * class path and flags, so it is made at installation; whenever it does not fit, the JVM starts
 * without it.
 */
final class AotCache {

  private static final long LIMIT_SECONDS = 120;

  private static final String NAME = "halfstep.aot";

  /** A cache that no longer fits must not write its complaint to stdout. */
  private static final List<String> QUIET = List.of("-Xlog:disable");

  private AotCache() {}

  /**
   * Takes away the cache of an earlier installation. It belongs to other jars: whatever becomes of
   * this one, it must not stay beside them. A kernel that starts meanwhile does without, and one
   * that runs keeps what it has mapped.
   *
   * @param folder where the cache is, if there is one
   * @param notes takes a sentence if it cannot be removed
   */
  static void discard(Path folder, List<String> notes) {
    try {
      Files.deleteIfExists(folder.resolve(NAME));
    } catch (IOException e) {
      // Windows keeps a file that a running kernel has mapped
      notes.add(
          "the AOT cache of the installation before could not be removed; stop its kernels and"
              + " install again: "
              + e.getMessage());
    }
  }

  /**
   * Trains the kernel, makes the cache and tries it.
   *
   * @param spec the kernel with all its flags
   * @param folder where the cache goes
   * @param notes takes a sentence if there is none in the end
   * @return the flags that use it, none if it could not be made
   * @throws IOException if temporary files cannot be handled
   */
  static List<String> make(Kernelspec spec, Path folder, List<String> notes) throws IOException {
    Path recorded = Files.createTempFile(folder, "training", ".conf");
    Path fresh = folder.resolve(NAME + ".new");
    Path cache = folder.resolve(NAME);
    try {
      run(spec, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded));
      run(
          spec,
          List.of(
              "-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded, "-XX:AOTCache=" + fresh));
      run(spec, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + fresh));
      Files.move(fresh, cache, StandardCopyOption.REPLACE_EXISTING);
      List<String> flags = new ArrayList<>(QUIET);
      flags.add("-XX:AOTCache=" + cache.toAbsolutePath());
      return flags;
    } catch (IOException e) {
      notes.add(
          "the kernel starts without an AOT cache, which makes it a second slower: "
              + e.getMessage());
      return List.of();
    } finally {
      Files.deleteIfExists(recorded);
      Files.deleteIfExists(fresh);
    }
  }

  private static void run(Kernelspec spec, List<String> aot) throws IOException {
    List<String> flags = new ArrayList<>(QUIET);
    flags.addAll(aot);
    List<String> command = spec.with(flags).command(TrainingRun.class.getName(), List.of());
    Path log = Files.createTempFile("halfstep", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(spec.environment());
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IOException("%s took longer than %d s".formatted(aot.getFirst(), LIMIT_SECONDS));
      }
      if (process.exitValue() != 0) {
        List<String> said = Files.readAllLines(log, StandardCharsets.UTF_8);
        throw new IOException(
            "%s ended with status %d%s"
                .formatted(
                    aot.getFirst(),
                    process.exitValue(),
                    said.isEmpty() ? "" : ": " + said.getLast()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(log);
    }
  }
}
