package halfstep.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Several files as one input: each but the last with its length, four bytes little-endian, before
 * it. Every input can be split: a length that is too large takes what is there.
 */
public final class Parts {

  private Parts() {}

  /** One input of these. */
  public static byte[] joined(List<byte[]> parts) {
    int length = 4 * (parts.size() - 1) + parts.stream().mapToInt(part -> part.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < parts.size(); i++) {
      if (i < parts.size() - 1) {
        all.putInt(parts.get(i).length);
      }
      all.put(parts.get(i));
    }
    return all.array();
  }

  /** As many parts as asked for, the last ones perhaps empty. */
  public static List<byte[]> split(byte[] input, int count) {
    ByteBuffer all = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      long claimed =
          last || all.remaining() < 4 ? all.remaining() : Integer.toUnsignedLong(all.getInt());
      byte[] part = new byte[(int) Math.min(claimed, all.remaining())];
      all.get(part);
      parts.add(part);
    }
    return parts;
  }
}
