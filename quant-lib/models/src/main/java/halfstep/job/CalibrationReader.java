package halfstep.job;

import halfstep.job.Calibration.Part;
import halfstep.tensor.Parallel;
import halfstep.text.Documents;
import halfstep.text.TokenFile;
import halfstep.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Reads of one text as many windows as are wanted, and no more of the file than that takes. */
final class CalibrationReader {

  private final Supplier<Tokenizer> tokenizer;
  private final int wanted;
  private final int length;

  CalibrationReader(Supplier<Tokenizer> tokenizer, int wanted, int length) {
    this.tokenizer = tokenizer;
    this.wanted = wanted;
    this.length = length;
  }

  /** Appends the windows and tells where they come from. */
  Part read(CalibrationSource source, List<int[]> windows) {
    Path file = source.file();
    if (!Files.isRegularFile(file)) {
      throw new JobException("there is no calibration text %s".formatted(file));
    }
    int before = windows.size();
    Taken taken = TokenFile.isTokens(file) ? ids(file, windows) : text(file, windows);
    int count = windows.size() - before;
    if (count == 0) {
      throw new JobException(
          "%s: its %d tokens do not fill one window of %d; use a longer text, or --calib-length %d"
              .formatted(file, taken.tokens(), length, Math.max(1, taken.tokens())));
    }
    long used = windows.subList(before, windows.size()).stream().mapToLong(w -> w.length).sum();
    return new Part(
        String.valueOf(file.getFileName()),
        Digests.sha256(file),
        taken.documents(),
        count,
        wanted,
        used,
        taken.tokens() - used);
  }

  private record Taken(int documents, long tokens) {}

  /** A tensor's rows are windows as they are; a stream is cut. */
  private Taken ids(Path file, List<int[]> windows) {
    List<int[]> rows = TokenFile.read(file);
    if (String.valueOf(file.getFileName()).endsWith(".json")) {
      cut(rows.getFirst(), windows);
      return new Taken(0, rows.getFirst().length);
    }
    List<int[]> taken = rows.subList(0, Math.min(wanted, rows.size()));
    windows.addAll(taken);
    return new Taken(0, taken.stream().mapToLong(row -> row.length).sum());
  }

  private Taken text(Path file, List<int[]> windows) {
    long enough = (long) wanted * length;
    int[] stream = new int[Math.toIntExact(Math.min(enough, 1 << 16))];
    int filled = 0;
    int documents = 0;
    Tokenizer encoder = tokenizer.get();
    try (Documents texts = Documents.open(file)) {
      for (String text = texts.next(); text != null; text = filled < enough ? texts.next() : null) {
        Parallel.checkInterrupt("reading " + file);
        int[] tokens = encoder.encode(text);
        documents++;
        if (filled + tokens.length > stream.length) {
          stream = Arrays.copyOf(stream, Math.max(filled + tokens.length, 2 * stream.length));
        }
        System.arraycopy(tokens, 0, stream, filled, tokens.length);
        filled += tokens.length;
      }
    }
    cut(Arrays.copyOf(stream, filled), windows);
    return new Taken(documents, filled);
  }

  private void cut(int[] stream, List<int[]> windows) {
    for (int w = 0; w < wanted && (w + 1) * (long) length <= stream.length; w++) {
      windows.add(Arrays.copyOfRange(stream, w * length, (w + 1) * length));
    }
  }
}
