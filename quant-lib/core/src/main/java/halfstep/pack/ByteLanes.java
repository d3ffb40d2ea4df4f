package halfstep.pack;

import halfstep.quant.Codes;
import java.lang.foreign.MemorySegment;

/**
 * Lanes of one byte each that lie side by side, as hqq packs 8, 4, 2 and 1 bits: eight at a time in
 * a long, for no field leaves its byte.
 */
final class ByteLanes {

  private static final long EVERY_BYTE = 0x0101010101010101L;

  private final PackPlan plan;
  private final FieldLayout.Slots slots;
  private final long mask;

  private ByteLanes(PackPlan plan, FieldLayout.Slots slots) {
    this.plan = plan;
    this.slots = slots;
    this.mask = EVERY_BYTE * ((1 << slots.width()) - 1);
  }

  /** Whether a plan's lanes are of this kind, and none holds padding. */
  static boolean fit(PackPlan plan) {
    return plan.fields() instanceof FieldLayout.Slots slots
        && slots.wordBits() == Byte.SIZE
        && plan.perLane() == slots.shifts().size()
        && !plan.codesAlong()
        && plan.perLane() * plan.lanes() == plan.codes().size();
  }

  static ByteLanes of(PackPlan plan) {
    return new ByteLanes(plan, (FieldLayout.Slots) plan.fields());
  }

  /**
   * Packs some lanes.
   *
   * @return whether every code fits its field; if not, nothing is written
   */
  boolean pack(Codes from, Packed into, long first, int count) {
    long[] code = new long[Math.ceilDiv(count, Long.BYTES)];
    long[] word = new long[code.length];
    long beyond = 0;
    for (int slot = 0; slot < plan.perLane(); slot++) {
      long at = plan.codeIndex(first, slot);
      MemorySegment.copy(from.segment(), at, MemorySegment.ofArray(code), 0, count);
      beyond |= place(code, word, slots.shifts().get(slot), mask);
    }
    if (beyond != 0) {
      return false;
    }
    MemorySegment.copy(MemorySegment.ofArray(word), 0, into.segment(), first, count);
    return true;
  }

  /** Adds a field to each word; returns the bits that are beyond their fields. */
  private static long place(long[] code, long[] word, int shift, long mask) {
    long beyond = 0;
    for (int i = 0; i < word.length; i++) {
      beyond |= code[i] & ~mask;
      word[i] |= (code[i] & mask) << shift;
    }
    return beyond;
  }

  void unpack(Packed from, Codes into, long first, int count) {
    long[] word = new long[Math.ceilDiv(count, Long.BYTES)];
    long[] code = new long[word.length];
    MemorySegment.copy(from.segment(), first, MemorySegment.ofArray(word), 0, count);
    for (int slot = 0; slot < plan.perLane(); slot++) {
      take(word, code, slots.shifts().get(slot), mask);
      long at = plan.codeIndex(first, slot);
      MemorySegment.copy(MemorySegment.ofArray(code), 0, into.segment(), at, count);
    }
  }

  private static void take(long[] word, long[] code, int shift, long mask) {
    for (int i = 0; i < word.length; i++) {
      code[i] = (word[i] >>> shift) & mask;
    }
  }
}
