package halfstep.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What an export did.
 *
 * @param out the folder it filled
 * @param format as what
 * @param from the scheme it was written from
 * @param layers number of quantized layers
 * @param readBack how the files compare with what was to be written
 * @param remarks what a reader should know, one sentence each
 * @param seconds wall time
 */
public record ExportReport(
    Path out,
    ExportFormat format,
    String from,
    int layers,
    ReadBack readBack,
    List<String> remarks,
    double seconds) {

  /** Takes a copy of the remarks. */
  public ExportReport {
    remarks = List.copyOf(remarks);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d layers from %s as %s in %.1f s: %s%n%s",
        layers,
        from,
        format,
        seconds,
        out,
        readBack);
  }
}
