package halfstep.engines;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * Which kernels take what, as read from their sources; data in {@code support.json}, in one place.
 *
 * @param looked the day on which it was looked up
 * @param kernels all of them
 * @param statements what is often said, and what was found
 */
public record SupportTable(String looked, List<EngineKernel> kernels, List<Statement> statements) {

  /**
   * Something that is often said.
   *
   * @param said in short
   * @param found in the sources
   * @param from which version of them
   */
  public record Statement(String said, String found, String from) {}

  /** Takes copies of the lists. */
  public SupportTable {
    kernels = List.copyOf(kernels);
    statements = List.copyOf(statements);
  }

  /** The table that this version ships. */
  public static SupportTable read() {
    try (InputStream in =
        Objects.requireNonNull(SupportTable.class.getResourceAsStream("support.json"))) {
      return JsonMapper.builder().build().readValue(in, SupportTable.class);
    } catch (IOException e) {
      throw new UncheckedIOException("support.json cannot be read", e);
    }
  }

  /** All engines, in the table's order. */
  public List<String> engines() {
    return kernels.stream().map(EngineKernel::engine).distinct().toList();
  }

  /**
   * The kernels of an engine.
   *
   * @throws IllegalArgumentException naming all engines, if there is none of this name
   */
  public List<EngineKernel> of(String engine) {
    List<EngineKernel> found =
        kernels.stream().filter(kernel -> kernel.engine().equalsIgnoreCase(engine)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no engine \"%s\" in the table; choose one of %s"
              .formatted(engine, String.join(", ", engines())));
    }
    return found;
  }
}
