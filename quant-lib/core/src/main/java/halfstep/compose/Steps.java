package halfstep.compose;

/** What becomes of the steps of HQQ and of least squares; codes are the same, bit for bit. */
public enum Steps {
  /** Each is computed by itself, on the processor, and kept. */
  KEPT,

  /** The solver goes straight to the last, many times sooner, on a device if work goes there. */
  SKIPPED
}
