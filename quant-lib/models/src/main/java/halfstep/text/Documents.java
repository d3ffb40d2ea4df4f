package halfstep.text;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file, read as they are asked for: a text is one; of JSON lines, a JSON array
 * and a parquet table every record is one. Names that end in {@code .gz} are decompressed.
 */
public final class Documents implements AutoCloseable {

  /** Gives one document after the other. */
  interface Source extends AutoCloseable {
    /** The next document, or null when there are no more. */
    @Nullable String next() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final Path file;
  private final Source source;

  private Documents(Path file, Source source) {
    this.file = file;
    this.source = source;
  }

  /**
   * Opens a file.
   *
   * @throws TokenizerException if there is none, or it is of a kind that is not read
   */
  public static Documents open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException("there is no text %s".formatted(file));
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    boolean packed = name.endsWith(".gz");
    String kind = packed ? name.substring(0, name.length() - 3) : name;
    try {
      if (kind.endsWith(".parquet")) {
        return new Documents(file, new ParquetDocuments(requirePlain(file, packed)));
      }
      if (kind.matches(".*\\.(zst|xz|bz2|zip|7z)")) {
        throw new TokenizerException(
            "%s is compressed in a way that is not read; decompress it, or use .gz"
                .formatted(file));
      }
      Reader reader = reader(file, packed);
      if (kind.endsWith(".jsonl") || kind.endsWith(".ndjson")) {
        return new Documents(file, new JsonDocuments.Lines(file, new BufferedReader(reader)));
      }
      if (kind.endsWith(".json")) {
        return new Documents(file, new JsonDocuments.Elements(file, reader));
      }
      return new Documents(file, new Whole(reader));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Path requirePlain(Path file, boolean packed) {
    if (packed) {
      throw new TokenizerException(
          "%s: a parquet table is compressed inside; decompress the file around it"
              .formatted(file));
    }
    return file;
  }

  /** Refuses bytes that are no UTF-8: a replacement character would be calibrated on. */
  private static Reader reader(Path file, boolean packed) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    try {
      InputStream plain = packed ? new Decompressed(bytes, Files.size(file)) : bytes;
      return new InputStreamReader(
          plain,
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * The next document that is not blank.
   *
   * @return null when there are no more
   * @throws TokenizerException if the file is not what its name says
   */
  public @Nullable String next() {
    try {
      String document = source.next();
      while (document != null && document.isBlank()) {
        document = source.next();
      }
      return document;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** All documents with a blank line between them, as the papers join WikiText's rows. */
  public static String joined(Path file) {
    StringBuilder text = new StringBuilder();
    try (Documents documents = open(file)) {
      for (String next = documents.next(); next != null; next = documents.next()) {
        halfstep.tensor.Parallel.checkInterrupt("reading " + file);
        text.append(text.isEmpty() ? "" : "\n\n").append(next);
      }
    }
    return text.toString();
  }

  private static TokenizerException unreadable(Path file, IOException cause) {
    String problem =
        switch (cause) {
          case CharacterCodingException e -> "it is no text in UTF-8";
          case ZipException e -> "it is no gzip file: " + e.getMessage();
          case java.io.EOFException e -> "it is cut off; fetch it again";
          default -> String.valueOf(cause.getMessage());
        };
    return new TokenizerException("%s cannot be read: %s".formatted(file, problem), cause);
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A text is one document. */
  private static final class Whole implements Source {
    private @Nullable Reader reader;

    Whole(Reader reader) {
      this.reader = reader;
    }

    @Override
    public @Nullable String next() throws IOException {
      if (reader == null) {
        return null;
      }
      String text = reader.readAllAsString();
      close();
      return text;
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }
}
