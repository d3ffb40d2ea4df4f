package halfstep.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A reader of files in a folder, each a part of the input. */
public final class FolderTarget implements FuzzTarget {

  /** What reads them. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param folder holds the files, and whatever was there before
     */
    void read(Path folder) throws IOException;
  }

  private final String name;
  private final Path folder;
  private final List<String> files;
  private final List<byte[]> seeds;
  private final Reader reader;
  private final Map<String, byte[]> written = new HashMap<>();

  /**
   * @param folder where the files are written
   * @param files a name for each part; one that begins with {@code +} is a safetensors file, whose
   *     header and tensors are two parts, so that the header's length always fits
   * @param seeds valid inputs
   */
  public FolderTarget(
      String name, Path folder, List<String> files, List<byte[]> seeds, Reader reader) {
    this.name = name;
    this.folder = folder;
    this.files = List.copyOf(files);
    this.seeds = List.copyOf(seeds);
    this.reader = reader;
  }

  /** The input that files in a folder make: a seed. */
  public static byte[] seed(Path folder, List<String> files) {
    List<byte[]> parts = new ArrayList<>();
    for (String file : files) {
      byte[] bytes = read(folder.resolve(plain(file)));
      if (isFramed(file)) {
        int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        parts.add(Arrays.copyOfRange(bytes, Long.BYTES, Long.BYTES + header));
        parts.add(Arrays.copyOfRange(bytes, Long.BYTES + header, bytes.length));
      } else {
        parts.add(bytes);
      }
    }
    return Parts.joined(parts);
  }

  private static boolean isFramed(String file) {
    return file.startsWith("+");
  }

  private static String plain(String file) {
    return isFramed(file) ? file.substring(1) : file;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int parts() {
    return files.size() + (int) files.stream().filter(FolderTarget::isFramed).count();
  }

  @Override
  public List<byte[]> seeds() {
    return seeds;
  }

  @Override
  public void take(byte[] input) throws IOException {
    List<byte[]> parts = Parts.split(input, parts());
    int next = 0;
    for (String file : files) {
      byte[] bytes = parts.get(next++);
      if (isFramed(file)) {
        bytes = framed(bytes, parts.get(next++));
      }
      if (!Arrays.equals(bytes, written.get(file))) {
        Files.write(folder.resolve(plain(file)), bytes);
        written.put(file, bytes);
      }
    }
    reader.read(folder);
  }

  private static byte[] framed(byte[] header, byte[] tensors) {
    return ByteBuffer.allocate(Long.BYTES + header.length + tensors.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(tensors)
        .array();
  }

  @Override
  public String toString() {
    return name;
  }
}
