package halfstep.pack;

import halfstep.quant.Codes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Some neighbouring lanes of a plan, held on the heap with the lanes side by side, so that the same
 * field of all of them is placed by one loop that the JIT vectorises.
 */
final class LaneTile {

  private final PackPlan plan;
  private final long firstLane;
  private final int lanes;
  private final byte[] codes;
  private final int[] words;

  /**
   * @param firstLane number of the tile's first lane
   * @param lanes how many
   */
  LaneTile(PackPlan plan, long firstLane, int lanes) {
    this.plan = plan;
    this.firstLane = firstLane;
    this.lanes = lanes;
    this.codes = new byte[Math.multiplyExact(plan.perLane(), lanes)];
    this.words = new int[Math.multiplyExact(plan.wordsPerLane(), lanes)];
  }

  void pack(Codes from, Packed into) {
    readCodes(from);
    requireWidth();
    forFields((code, word, shift) -> place(codes, code * lanes, words, word * lanes, lanes, shift));
    writeWords(into);
  }

  void unpack(Packed from, Codes into) {
    readWords(from);
    int mask = (1 << plan.fields().width()) - 1;
    forFields(
        (code, word, shift) -> take(words, word * lanes, codes, code * lanes, lanes, shift, mask));
    writeCodes(into);
  }

  private interface FieldWork {
    void on(int code, int word, int shift);
  }

  private void forFields(FieldWork work) {
    FieldLayout fields = plan.fields();
    for (int word = 0; word < plan.wordsPerLane(); word++) {
      for (int slot = 0; slot < fields.slots(word); slot++) {
        int code = fields.code(word, slot);
        if (code < plan.perLane()) {
          work.on(code, word, fields.shift(word, slot));
        }
      }
    }
  }

  /** Adds a field to each lane's word; a negative shift drops the bits that went before. */
  private static void place(byte[] codes, int from, int[] words, int to, int count, int shift) {
    if (shift < 0) {
      for (int i = 0; i < count; i++) {
        words[to + i] |= (codes[from + i] & 0xff) >>> -shift;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      words[to + i] |= (codes[from + i] & 0xff) << shift;
    }
  }

  /** The mirror of {@link #place}: a code in two words is gathered in two calls. */
  private static void take(
      int[] words, int from, byte[] codes, int to, int count, int shift, int mask) {
    if (shift < 0) {
      for (int i = 0; i < count; i++) {
        codes[to + i] |= (byte) ((words[from + i] << -shift) & mask);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      codes[to + i] |= (byte) ((words[from + i] >>> shift) & mask);
    }
  }

  private void requireWidth() {
    int width = plan.fields().width();
    for (int i = 0; i < codes.length; i++) {
      int code = Byte.toUnsignedInt(codes[i]);
      if (code >>> width != 0) {
        long index = plan.codeIndex(firstLane + i % lanes, i / lanes);
        long cols = plan.codes().cols();
        throw new IllegalArgumentException(
            "%s: code %d in row %d, column %d does not fit %d bits, which hold 0 to %d"
                .formatted(
                    plan.label(), code, index / cols, index % cols, width, (1 << width) - 1));
      }
    }
  }

  private void readCodes(Codes from) {
    MemorySegment segment = from.segment();
    if (!plan.codesAlong()) {
      for (int code = 0; code < plan.perLane() && available(code) > 0; code++) {
        int count = available(code);
        long index = plan.codeIndex(firstLane, code);
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, index, codes, code * lanes, count);
      }
      return;
    }
    byte[] line = new byte[plan.perLane()];
    for (int lane = 0; lane < lanes; lane++) {
      from.read(plan.codeIndex(firstLane + lane, 0), line);
      for (int code = 0; code < line.length; code++) {
        codes[code * lanes + lane] = line[code];
      }
    }
  }

  private void writeCodes(Codes into) {
    MemorySegment segment = into.segment();
    if (!plan.codesAlong()) {
      for (int code = 0; code < plan.perLane() && available(code) > 0; code++) {
        int count = available(code);
        long index = plan.codeIndex(firstLane, code);
        MemorySegment.copy(codes, code * lanes, segment, ValueLayout.JAVA_BYTE, index, count);
      }
      return;
    }
    byte[] line = new byte[plan.perLane()];
    for (int lane = 0; lane < lanes; lane++) {
      for (int code = 0; code < line.length; code++) {
        line[code] = codes[code * lanes + lane];
      }
      into.write(plan.codeIndex(firstLane + lane, 0), line);
    }
  }

  /** How many of the tile's lanes have this code: fewer where the matrix ends. */
  private int available(int code) {
    long left = plan.codes().size() - plan.codeIndex(firstLane, code);
    return (int) Math.min(lanes, Math.max(0, left));
  }

  private void readWords(Packed from) {
    if (!plan.wordsAlong()) {
      for (int word = 0; word < plan.wordsPerLane(); word++) {
        from.read(plan.wordIndex(firstLane, word), words, word * lanes, lanes);
      }
      return;
    }
    int[] line = new int[plan.wordsPerLane()];
    for (int lane = 0; lane < lanes; lane++) {
      from.read(plan.wordIndex(firstLane + lane, 0), line, 0, line.length);
      for (int word = 0; word < line.length; word++) {
        words[word * lanes + lane] = line[word];
      }
    }
  }

  private void writeWords(Packed into) {
    if (!plan.wordsAlong()) {
      for (int word = 0; word < plan.wordsPerLane(); word++) {
        into.write(plan.wordIndex(firstLane, word), words, word * lanes, lanes);
      }
      return;
    }
    int[] line = new int[plan.wordsPerLane()];
    for (int lane = 0; lane < lanes; lane++) {
      for (int word = 0; word < line.length; word++) {
        line[word] = words[word * lanes + lane];
      }
      into.write(plan.wordIndex(firstLane + lane, 0), line, 0, line.length);
    }
  }
}
