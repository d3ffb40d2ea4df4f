package halfstep.safetensors;

import java.nio.file.Path;
import java.util.List;

/** Headers that come by another way than from a file, such as by parts over a network. */
public final class HeaderBytes {

  private HeaderBytes() {}

  /**
   * The length of the header that follows.
   *
   * @param file names the file in refusals
   * @param first the file's first eight bytes
   * @param size of the whole file, bytes
   * @return bytes of JSON from byte 8 on
   * @throws SafetensorsException if no file of this size can have it
   */
  public static int length(Path file, byte[] first, long size) {
    return HeaderReader.length(file, first, size);
  }

  /**
   * The tensors that a header describes, checked as if the file were here.
   *
   * @param json the header, without the eight bytes before it
   * @param size of the whole file, bytes
   * @throws SafetensorsException if the header is wrong in any way
   */
  public static List<TensorInfo> tensors(Path file, byte[] json, long size) {
    return HeaderReader.parse(file, json, size).places().values().stream()
        .map(Header.Place::info)
        .toList();
  }
}
