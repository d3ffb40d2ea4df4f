package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class OffHeapTest {

  private static final long PIECE = 16L << 20;

  private static void eventually(BooleanSupplier condition, String what) throws Exception {
    for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertTrue(condition, () -> what + "; held: " + (OffHeap.held() >> 20) + " MiB");
  }

  @Test
  void memoryIsZeroAlignedAndCounted() throws Exception {
    long before = OffHeap.held();
    MemorySegment piece = OffHeap.allocate(PIECE);
    assertEquals(PIECE, piece.byteSize());
    assertEquals(0, piece.address() % 64);
    assertEquals(-1, piece.mismatch(MemorySegment.ofArray(new byte[(int) PIECE])));
    assertTrue(OffHeap.held() >= PIECE);
    MemorySegment slice = piece.asSlice(PIECE - 1);
    piece = null;
    System.gc();
    Thread.sleep(50);
    assertEquals(0, slice.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    slice = null;
    System.gc();
    eventually(() -> OffHeap.held() <= before, "the collector takes back what nobody refers to");
  }

  /** Old and dead: without help they would stay until the heap itself is full. */
  @Test
  void whatDiesOldIsTakenBackBeforeMuchMoreIsGivenOut() throws Exception {
    System.gc();
    long before = OffHeap.held();
    long dead = OffHeap.SLACK / 2 / PIECE * PIECE;
    List<MemorySegment> pieces = new ArrayList<>();
    for (long given = 0; given < dead; given += PIECE) {
      pieces.add(OffHeap.allocate(PIECE));
    }
    System.gc();
    pieces.clear();
    for (long given = 0; given < OffHeap.SLACK; given += PIECE) {
      pieces.add(OffHeap.allocate(PIECE));
    }
    eventually(
        () -> OffHeap.held() <= before + pieces.size() * PIECE, "the dead pieces are taken back");
    assertTrue(pieces.size() * PIECE > OffHeap.SLACK - PIECE);
  }
}
