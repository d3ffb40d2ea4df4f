package halfstep.pack;

import java.util.List;

/**
 * Where the codes of one lane, a line of codes that shares words, lie in the lane's words. The one
 * thing in which formats differ; packing, unpacking and explaining all read it.
 */
sealed interface FieldLayout {

  /** Bits of a code. */
  int width();

  /** Bits of a word. */
  int wordBits();

  /** Words that {@code codes} codes take. */
  int words(int codes);

  /** How many codes have a bit in a word, were the lane long enough. */
  int slots(int word);

  /** Which code of the lane a slot of a word holds; it may lie beyond the lane's end. */
  int code(int word, int slot);

  /**
   * Where the code's least significant bit lies in the word; negative if that many of its low bits
   * are in the word before.
   */
  int shift(int word, int slot);

  /**
   * A whole number of codes per word, in any order.
   *
   * @param shifts where each of a word's consecutive codes starts
   */
  record Slots(int width, int wordBits, List<Integer> shifts) implements FieldLayout {

    /** Copies the list. */
    public Slots {
      shifts = List.copyOf(shifts);
    }

    @Override
    public int words(int codes) {
      return Math.ceilDiv(codes, shifts.size());
    }

    @Override
    public int slots(int word) {
      return shifts.size();
    }

    @Override
    public int code(int word, int slot) {
      return word * shifts.size() + slot;
    }

    @Override
    public int shift(int word, int slot) {
      return shifts.get(slot);
    }
  }

  /**
   * A little-endian bit stream without gaps in words of 32 bits: code i starts at bit i · width.
   */
  record DenseStream(int width) implements FieldLayout {

    @Override
    public int wordBits() {
      return Integer.SIZE;
    }

    @Override
    public int words(int codes) {
      return Math.toIntExact(Math.ceilDiv((long) codes * width, Integer.SIZE));
    }

    @Override
    public int slots(int word) {
      long end = Math.ceilDiv((word + 1L) * Integer.SIZE, (long) width);
      return Math.toIntExact(end - code(word, 0));
    }

    @Override
    public int code(int word, int slot) {
      return Math.toIntExact((long) word * Integer.SIZE / width) + slot;
    }

    @Override
    public int shift(int word, int slot) {
      return Math.toIntExact((long) code(word, slot) * width - (long) word * Integer.SIZE);
    }
  }
}
