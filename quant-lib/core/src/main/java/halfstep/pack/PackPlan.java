package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One format's layout of one matrix: lanes of codes, each packed into words of its own.
 *
 * <p>Code {@code i} of lane {@code l} is element {@code l·perLane + i} of the codes' row-major
 * order if the lane runs along, {@code i·lanes + l} if it runs down; words likewise.
 *
 * @param label the format, for messages
 * @param fields where a lane's codes lie in its words
 * @param codes the matrix that is packed
 * @param perLane codes of a lane; the last ones may lie beyond the matrix, and are padding then
 * @param lanes number of lanes
 * @param codesAlong whether a lane's codes lie side by side
 * @param words shape of the packed tensor
 * @param wordsAlong whether a lane's words lie side by side
 */
record PackPlan(
    String label,
    FieldLayout fields,
    Shape codes,
    int perLane,
    long lanes,
    boolean codesAlong,
    Shape words,
    boolean wordsAlong) {

  private static final int TILE_CODES = 1 << 18;
  private static final int LEAST_TILE_LANES = 32;

  /** Lanes of one byte: their words and codes stay in the first cache. */
  private static final int TILE_BYTES = 1 << 13;

  /** Words of a lane. */
  int wordsPerLane() {
    return fields.words(perLane);
  }

  /** The same in numbers. */
  LaneLayout layout() {
    List<Integer> shifts = fields instanceof FieldLayout.Slots slots ? slots.shifts() : List.of();
    return new LaneLayout(
        lanes,
        perLane,
        codesAlong,
        wordsPerLane(),
        wordsAlong,
        fields.width(),
        fields.wordBits(),
        shifts);
  }

  /** Index of a code in the matrix' row-major order; beyond its end for padding. */
  long codeIndex(long lane, int code) {
    return codesAlong ? lane * perLane + code : code * lanes + lane;
  }

  /** Index of a word in the packed tensor's row-major order. */
  long wordIndex(long lane, int word) {
    return wordsAlong ? lane * wordsPerLane() + word : word * lanes + lane;
  }

  Packed pack(Codes from) {
    if (!from.shape().equals(codes)) {
      throw new IllegalArgumentException("a plan for %s got %s".formatted(codes, from.shape()));
    }
    Packed into = Packed.zeros(words, fields.wordBits(), padding());
    if (ByteLanes.fit(this)) {
      ByteLanes bytes = ByteLanes.of(this);
      forLanes(
          TILE_BYTES,
          (first, count) -> {
            if (!bytes.pack(from, into, first, count)) {
              new LaneTile(this, first, count).pack(from, into); // says which code
            }
          });
    } else {
      forTiles(tile -> tile.pack(from, into));
    }
    return into;
  }

  Codes unpack(Packed from) {
    from.require(words, fields.wordBits(), label);
    Codes into = Codes.zeros(codes);
    if (ByteLanes.fit(this)) {
      ByteLanes bytes = ByteLanes.of(this);
      forLanes(TILE_BYTES, (first, count) -> bytes.unpack(from, into, first, count));
    } else {
      forTiles(tile -> tile.unpack(from, into));
    }
    return into;
  }

  List<BitOwner> explain(long word) {
    if (word < 0 || word >= words.size()) {
      throw new IndexOutOfBoundsException(
          "%s: word %d does not exist; a matrix of %s is packed into %d words, numbered from 0"
              .formatted(label, word, codes, words.size()));
    }
    long lane = wordsAlong ? word / wordsPerLane() : word % lanes;
    int inLane = (int) (wordsAlong ? word % wordsPerLane() : word / lanes);
    List<BitOwner> owners =
        new ArrayList<>(Collections.nCopies(fields.wordBits(), new BitOwner.Unused()));
    for (int slot = 0; slot < fields.slots(inLane); slot++) {
      int code = fields.code(inLane, slot);
      long index = codeIndex(lane, code);
      if (code < perLane && index < codes.size()) {
        own(owners, fields.shift(inLane, slot), index);
      }
    }
    return List.copyOf(owners);
  }

  private void own(List<BitOwner> owners, int shift, long index) {
    for (int bit = 0; bit < fields.width(); bit++) {
      int at = shift + bit;
      if (at >= 0 && at < fields.wordBits()) {
        owners.set(at, new BitOwner.Code(index / codes.cols(), index % codes.cols(), bit));
      }
    }
  }

  /** Whole fields that no code fills. */
  private long padding() {
    long held =
        switch (fields) {
          case FieldLayout.Slots slots -> (long) wordsPerLane() * slots.shifts().size();
          case FieldLayout.DenseStream(int width) ->
              (long) wordsPerLane() * fields.wordBits() / width;
        };
    return lanes * held - codes.size();
  }

  private interface TileWork {
    void on(LaneTile tile);
  }

  private void forTiles(TileWork work) {
    int most = Math.max(LEAST_TILE_LANES, TILE_CODES / perLane);
    forLanes(most, (first, count) -> work.on(new LaneTile(this, first, count)));
  }

  private interface LaneWork {
    void on(long first, int count);
  }

  private void forLanes(int tile, LaneWork work) {
    int most = (int) Math.min(lanes, tile);
    Parallel.blocks(
        Math.ceilDiv(lanes, most),
        "packing",
        index -> work.on(index * most, (int) Math.min(most, lanes - index * most)));
  }
}
