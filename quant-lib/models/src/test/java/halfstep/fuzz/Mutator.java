package halfstep.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes inputs: bits, bytes, words, stretches, and in JSON also values. One seed gives one
 * sequence.
 */
public final class Mutator {

  private static final int MOST_CHANGES = 4;
  private static final int MOST_LENGTH = 1 << 16;
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    7,
    8,
    31,
    32,
    33,
    64,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    1 << 20,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    0xffff_ffffL,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2
  };

  private final SplittableRandom random;
  private final JsonMutations json;
  private final List<byte[]> words;

  /** One that knows files alone. */
  public Mutator(long seed) {
    this(seed, List.of());
  }

  /**
   * One that knows what its target understands.
   *
   * @param words {@link FuzzTarget#words}
   */
  public Mutator(long seed, List<byte[]> words) {
    this.random = new SplittableRandom(seed);
    this.json = new JsonMutations(random);
    this.words = List.copyOf(words);
  }

  /**
   * A changed copy of some input of a corpus.
   *
   * @param parts of an input
   */
  public byte[] next(List<byte[]> corpus, int parts) {
    List<byte[]> pieces = new ArrayList<>(Parts.split(any(corpus), parts));
    int changes = random.nextBoolean() ? 1 : 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(parts);
      List<byte[]> others = Parts.split(any(corpus), parts);
      pieces.set(at, changed(pieces.get(at), others.get(at)));
    }
    return Parts.joined(pieces);
  }

  private byte[] any(List<byte[]> corpus) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] changed(byte[] bytes, byte[] other) {
    byte[] changed =
        bytes.length > 0 && bytes[0] == '{' && random.nextInt(4) > 0
            ? json.changed(bytes)
            : !words.isEmpty() && random.nextBoolean()
                ? withWord(bytes)
                : changedBytes(bytes, other);
    return changed.length > MOST_LENGTH ? Arrays.copyOf(changed, MOST_LENGTH) : changed;
  }

  /** A known word in the place of another, or between two. */
  private byte[] withWord(byte[] bytes) {
    byte[] word = words.get(random.nextInt(words.size()));
    int from = random.nextInt(bytes.length + 1);
    while (from > 0 && bytes[from - 1] > ' ') {
      from--;
    }
    int to = from;
    while (random.nextInt(4) > 0 && to < bytes.length && bytes[to] > ' ') {
      to++;
    }
    return spliced(bytes, from, to, word);
  }

  private byte[] changedBytes(byte[] bytes, byte[] other) {
    if (bytes.length == 0) {
      return other.clone();
    }
    byte[] copy = bytes.clone();
    int at = random.nextInt(copy.length);
    return switch (random.nextInt(8)) {
      case 0 -> {
        copy[at] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 1 -> {
        copy[at] = (byte) random.nextInt(256);
        yield copy;
      }
      case 2 -> word(copy, at);
      case 3 -> Arrays.copyOf(copy, at);
      case 4 -> spliced(bytes, at, at + stretch(bytes.length - at), new byte[0]);
      case 5 -> {
        int from = random.nextInt(bytes.length);
        byte[] taken = Arrays.copyOfRange(bytes, from, from + stretch(bytes.length - from));
        yield spliced(bytes, at, at, taken);
      }
      case 6 -> {
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        yield spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
      default -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        yield spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(9)), noise);
      }
    };
  }

  /** A number that lies at some edge, in one, two, four or eight bytes. */
  private byte[] word(byte[] bytes, int at) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    byte[] word =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    int width = Math.min(1 << random.nextInt(4), bytes.length - at);
    System.arraycopy(word, 0, bytes, at, width);
    return bytes;
  }

  /** Mostly a few bytes, sometimes many. */
  private int stretch(int most) {
    int bound = random.nextInt(8) == 0 ? most : Math.min(most, 16);
    return 1 + random.nextInt(bound);
  }

  /** Bytes {@code from} (included) to {@code to} (excluded) replaced. */
  static byte[] spliced(byte[] bytes, int from, int to, byte[] by) {
    byte[] result = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
    return result;
  }
}
