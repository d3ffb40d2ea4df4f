package halfstep.pack;

import java.util.List;

/**
 * How a packing lays one matrix out, in numbers: what a kernel needs to pack it elsewhere. The
 * codes are cut into lanes, and each lane has words of its own.
 *
 * <p>Code {@code i} of lane {@code l} is element {@code l·codesPerLane + i} of the codes' row-major
 * order if a lane's codes lie side by side, {@code i·lanes + l} if not; of words likewise.
 *
 * @param lanes how many there are
 * @param codesPerLane codes of a lane; where that is more than there are, the rest are 0
 * @param codesAlong whether a lane's codes lie side by side
 * @param wordsPerLane words of a lane
 * @param wordsAlong whether a lane's words lie side by side
 * @param width bits of a code
 * @param wordBits bits of a word, 8 or 32
 * @param shifts at which bit of a word each of its consecutive codes starts; empty where a lane's
 *     codes are one stream of bits without gaps, code {@code i} from bit {@code i·width} on
 */
public record LaneLayout(
    long lanes,
    int codesPerLane,
    boolean codesAlong,
    int wordsPerLane,
    boolean wordsAlong,
    int width,
    int wordBits,
    List<Integer> shifts) {

  /** Takes a copy of the list. */
  public LaneLayout {
    shifts = List.copyOf(shifts);
  }
}
