package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.Twins;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HalvesTest {

  @Test
  void everyBfloat16SurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Halves.fromBfloat16((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(Halves.fromBfloat16(Halves.toBfloat16(value))));
      } else {
        assertEquals((short) bits, Halves.toBfloat16(value));
      }
    }
  }

  @Test
  void roundsTiesToEven() {
    assertEquals(1f, Halves.fromBfloat16(Halves.toBfloat16(1f + 1f / 256)));
    assertEquals(1f + 2f / 128, Halves.fromBfloat16(Halves.toBfloat16(1f + 3f / 256)));
  }

  @Test
  void readsFromAnUnalignedSegment() {
    int count = 10_007; // more than a block, and prime
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2L * count + 1).asSlice(1);
      Matrix halves = Matrix.zeros(1, count);
      for (int i = 0; i < count; i++) {
        short bits = Float.floatToFloat16(i * 0.25f);
        bytes.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, bits);
      }
      Halves.readFloat16(bytes, halves);
      for (int i = 0; i < count; i++) {
        assertEquals(Float.float16ToFloat(Float.floatToFloat16(i * 0.25f)), halves.at(i));
      }
      assertThrows(
          ShapeException.class, () -> Halves.readBfloat16(bytes, Matrix.zeros(1, count + 1)));
    }
  }

  @Tag("twin")
  @Test
  void wideningTellsWhetherAllAreFinite() {
    float[] special = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE, -0f
    };
    for (int count = 1; count <= 40; count++) {
      for (int at = 0; at < count; at++) {
        for (float value : special) {
          short[] bits = new short[count];
          Arrays.fill(bits, Halves.toBfloat16(-3f));
          // the largest bfloat16, for rounding the largest float would give infinity
          bits[at] = value == -Float.MAX_VALUE ? (short) 0xff7f : Halves.toBfloat16(value);
          for (HalvesKernel twin : Twins.of(HalvesKernel.class, new ScalarHalves())) {
            int most = widened(twin, bits, at);
            assertEquals(Float.isFinite(value), most < 0x7f800000, twin + " of " + value);
          }
        }
      }
    }
  }

  private static int widened(HalvesKernel twin, short[] bits, int at) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_SHORT, bits);
      MemorySegment into = arena.allocate(4L * bits.length);
      int most = twin.fromBfloat16(from, 0, into, 0, bits.length);
      float found = into.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * at);
      assertEquals(bits[at] << 16, Float.floatToRawIntBits(found));
      return most;
    }
  }

  /** Every pattern of bits, NaN's included, and every rest that is no whole vector. */
  @Tag("twin")
  @Test
  void upperHalvesAreExactAndTellWhatIsLost() {
    for (HalvesKernel twin : Twins.of(HalvesKernel.class, new ScalarHalves())) {
      int[] all = IntStream.range(0, 1 << 16).map(half -> half << 16).toArray();
      assertEquals(0, narrowed(twin, all));
      for (int count = 1; count <= 40; count++) {
        for (int at = 0; at < count; at++) {
          int[] bits = new int[count];
          Arrays.fill(bits, 0xc0400000);
          bits[at] = 0xffc18001;
          assertEquals(0x8001, narrowed(twin, bits), twin + ", " + at + " of " + count);
          bits[at] = 0x7f810000;
          assertEquals(0, narrowed(twin, bits), twin + ", " + at + " of " + count);
        }
      }
    }
  }

  /** From and to addresses that no number of that width has. */
  private static int narrowed(HalvesKernel twin, int[] bits) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(4L * bits.length + 1);
      MemorySegment into = arena.allocate(2L * bits.length + 1);
      MemorySegment.copy(bits, 0, from, ValueLayout.JAVA_INT_UNALIGNED, 1, bits.length);
      int lost = twin.upperHalves(from, 1, into, 1, bits.length);
      for (int i = 0; i < bits.length; i++) {
        short half = into.get(ValueLayout.JAVA_SHORT_UNALIGNED, 1 + 2L * i);
        assertEquals((short) (bits[i] >>> 16), half);
      }
      return lost;
    }
  }

  @Test
  void narrowingSeesOneLowBitInAnyBlock() {
    int count = 20_011;
    float[] values = new float[count];
    MemorySegment from = MemorySegment.ofArray(values);
    short[] halves = new short[count];
    MemorySegment into = MemorySegment.ofArray(halves);
    for (int at : new int[] {0, 8191, 8192, 20_000, count - 1}) {
      values[at] = Float.intBitsToFloat(0x3f800001);
      assertFalse(Halves.narrowToBfloat16(from, into), "at " + at);
      values[at] = -1.5f;
      assertTrue(Halves.narrowToBfloat16(from, into));
      assertEquals(Halves.toBfloat16(-1.5f), halves[at]);
    }
    assertThrows(
        ShapeException.class, () -> Halves.narrowToBfloat16(from, into.asSlice(0, 2L * count - 2)));
    assertThrows(
        ShapeException.class,
        () -> Halves.narrowToBfloat16(from.asSlice(0, 6), into.asSlice(0, 3)));
  }
}
