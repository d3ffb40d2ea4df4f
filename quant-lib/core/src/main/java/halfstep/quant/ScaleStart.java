package halfstep.quant;

/** Which inverse scale the walk starts with; it never changes afterwards. */
public enum ScaleStart {
  /** The library's default: the group's range spans the codes. */
  RANGE,
  /**
   * hqq's scale_gridsearch, off in the library and here: for each group the best of 129 inverse
   * scales around it, within ±5 % of the mean over all groups, the codes being kept.
   */
  SEARCHED
}
