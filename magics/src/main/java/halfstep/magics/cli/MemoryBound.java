package halfstep.magics.cli;

import halfstep.magics.command.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much memory a model may take while it runs. */
final class MemoryBound {

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description =
          "Most memory for weights, cache and working rows, such as 4GiB; the plan is printed, and"
              + " weights that do not fit are read whenever they are used.")
  private @Nullable String size;

  boolean given() {
    return size != null;
  }

  /**
   * Bytes; all there are if no bound was given.
   *
   * @throws halfstep.magics.command.UsageException if it is no size
   */
  long bytes() {
    return size == null ? Long.MAX_VALUE : ByteSize.of("--max-memory", size);
  }
}
