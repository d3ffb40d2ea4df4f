package halfstep.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a job has done, a line each: eight hexadecimal digits of CRC-32C, a space, a JSON object. A
 * killed process leaves a line that is cut off, at worst; it and what follows it are dropped when
 * the log is opened again. While it is open no other process can open it.
 */
final class WorkLog implements AutoCloseable {

  static final String NAME = "work.log";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int CHECKSUM = 8;

  private final Path file;
  private final FileChannel channel;
  private final List<ObjectNode> entries = new ArrayList<>();

  private WorkLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a log and reads its whole lines; makes an empty one if there is none.
   *
   * @throws JobException if another process has it open
   */
  static WorkLog open(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      WorkLog log = new WorkLog(file, channel);
      try {
        log.lock();
        log.read();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be opened", e);
    }
  }

  private void lock() throws IOException {
    boolean free;
    try {
      free = channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      free = false;
    }
    if (!free) {
      throw new JobException(
          "another process is at work in %s; wait for it or stop it".formatted(file.getParent()));
    }
  }

  private void read() throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {
      // one read may give less than there is
    }
    byte[] bytes = all.array();
    int good = 0;
    for (int end = next(bytes, good); end >= 0; end = next(bytes, good)) {
      byte[] line = Arrays.copyOfRange(bytes, good, end);
      if (!isWhole(line)) {
        break;
      }
      entries.add((ObjectNode) JSON.readTree(line, CHECKSUM + 1, line.length - CHECKSUM - 1));
      good = end + 1;
    }
    channel.truncate(good);
    channel.position(good);
  }

  private static int next(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isWhole(byte[] line) {
    if (line.length <= CHECKSUM + 1) {
      return false;
    }
    String expected = checksum(line, CHECKSUM + 1, line.length - CHECKSUM - 1);
    return expected.equals(new String(line, 0, CHECKSUM, StandardCharsets.US_ASCII));
  }

  private static String checksum(byte[] bytes, int from, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, count);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** The lines so far; the first is what the job was to do. */
  List<ObjectNode> entries() {
    return List.copyOf(entries);
  }

  /** Forgets all lines. */
  void clear() {
    entries.clear();
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** Adds a line; when this returns, it survives the process. */
  void append(ObjectNode entry) {
    try {
      byte[] json = JSON.writeValueAsBytes(entry);
      String sum = checksum(json, 0, json.length);
      ByteBuffer line = ByteBuffer.allocate(CHECKSUM + 1 + json.length + 1);
      line.put(sum.getBytes(StandardCharsets.US_ASCII)).put((byte) ' ').put(json).put((byte) '\n');
      line.flip();
      while (line.hasRemaining()) {
        channel.write(line);
      }
      entries.add(entry);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line of the work log could not be written as JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be closed", e);
    }
  }
}
