package halfstep.quant;

/** What a zero point may be. */
public enum ZeroPoint {
  /** Any float, in code units: HQQ's choice. */
  FLOAT,
  /** A code, 0 to the largest: what AWQ, GPTQ and their file formats hold. */
  INTEGER
}
