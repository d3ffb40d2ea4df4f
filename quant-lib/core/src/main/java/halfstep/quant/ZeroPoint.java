package halfstep.quant;

/** What a zero point may be. */
public enum ZeroPoint {
  /** Any float, in code units: HQQ's choice. */
  FLOAT,
  /** A code, 0 to the largest: what AWQ, GPTQ and their file formats hold. */
  INTEGER,
  /** The middle code, 2^(bits − 1), in every group, so that no zero need be stored. */
  SYMMETRIC;

  /** Whether zeros of another kind are of this kind, too: the middle code is a code. */
  public boolean holds(ZeroPoint other) {
    return this == other || (this == INTEGER && other == SYMMETRIC);
  }
}
