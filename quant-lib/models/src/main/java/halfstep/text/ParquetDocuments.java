package halfstep.text;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rows of a parquet table: their column text, content or code. */
final class ParquetDocuments implements Documents.Source {

  private static final List<String> COLUMNS = List.of("text", "content", "code");

  private static final Set<CompressionCodec> READ =
      Set.of(CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP);

  /** The reader tells which instructions it uses; held here, or the level would be forgotten. */
  private static final Logger QUIET = Logger.getLogger("dev.hardwood");

  static {
    QUIET.setLevel(Level.WARNING);
  }

  private final ParquetFileReader reader;
  private final RowReader rows;
  private final String column;

  ParquetDocuments(Path file) throws IOException {
    this.reader = opened(file);
    try {
      List<String> columns =
          reader.getFileSchema().getColumns().stream().map(column -> column.name()).toList();
      Optional<String> found = COLUMNS.stream().filter(columns::contains).findFirst();
      this.column =
          found.orElseThrow(() ->
              new TokenizerException(
                  "%s has no column text, content or code; its columns are %s"
                      .formatted(file, columns)));
      requireReadable(file);
      this.rows = reader.buildRowReader().projection(ColumnProjection.columns(column)).build();
    } catch (TokenizerException e) {
      reader.close();
      throw e;
    } catch (RuntimeException e) {
      reader.close();
      throw new IOException("its rows cannot be read: " + e.getMessage(), e);
    }
  }

  private void requireReadable(Path file) {
    for (RowGroup group : reader.getFileMetaData().rowGroups()) {
      for (ColumnChunk chunk : group.columns()) {
        CompressionCodec codec = chunk.metaData().codec();
        if (!READ.contains(codec)) {
          throw new TokenizerException(
              "%s is compressed with %s; tables with SNAPPY, GZIP or no compression are read, so write it again with one of these"
                  .formatted(file, codec));
        }
      }
    }
  }

  private static ParquetFileReader opened(Path file) throws IOException {
    try {
      return ParquetFileReader.open(InputFile.of(file));
    } catch (IOException | RuntimeException e) {
      throw new IOException("it is no usable parquet table: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable String next() throws IOException {
    try {
      if (!rows.hasNext()) {
        return null;
      }
      rows.next();
      return rows.isNull(column) ? "" : rows.getString(column);
    } catch (RuntimeException e) {
      throw new IOException("its rows cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
    reader.close();
  }
}
