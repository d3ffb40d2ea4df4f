package halfstep.llm;

import halfstep.safetensors.Channels;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Rows in a file, written by position and mapped when all are there: a disk that is full is an
 * exception then, not a fault at some later touch.
 */
final class FiledRows implements TokenRows {

  private final Path folder;
  private final long tokens;
  private final long in;
  private final FileChannel channel;

  FiledRows(Path folder, long tokens, long in) {
    this.folder = folder;
    this.tokens = tokens;
    this.in = in;
    try {
      channel =
          FileChannel.open(
              Files.createTempFile(folder, ".inputs-", ".partial"),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE); // at once, where a file lives on without a name
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void put(Matrix rows, long firstRow) {
    try {
      Channels.writeFully(channel, rows.segment().asByteBuffer(), firstRow * in * Float.BYTES);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public Matrix all() {
    try (channel) {
      long bytes = tokens * in * Float.BYTES;
      return Matrix.over(tokens, in, channel.map(MapMode.READ_ONLY, 0, bytes, Arena.ofAuto()));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private RuntimeException failure(IOException e) {
    return e instanceof ClosedByInterruptException
        ? new InterruptedWork("keeping the inputs of a block")
        : new UncheckedIOException(
            "the inputs of a block do not fit in memory, and %d MB of them cannot be kept in %s"
                .formatted(tokens * in * Float.BYTES / 1_000_000, folder),
            e);
  }
}
