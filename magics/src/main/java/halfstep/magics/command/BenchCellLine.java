package halfstep.magics.command;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %%bench}. */
@Command(
    name = "bench",
    description = "Time the Java below: warm-up, then samples; mean, median, 99th percentile.",
    footer = "%%bench --seconds 0.1 --bytes 65536\nnew byte[65536]")
final class BenchCellLine implements CellLine {

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to measure at least, after half as long a warm-up. Default 1.")
  private double seconds = 1;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Bytes that one run moves, such as 4096 or 16MiB, for a rate.")
  private @Nullable String bytes;

  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request(String body) {
    if (body.isBlank()) {
      throw new UsageException(
          "%%bench times the Java below its line, and there is none; %bench LAYERS compares methods");
    }
    return new BenchRequest.Cell(
        body,
        seconds,
        bytes == null ? OptionalLong.empty() : OptionalLong.of(ByteSize.of("--bytes", bytes)),
        result.as());
  }
}
