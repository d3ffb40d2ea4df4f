package halfstep.quant;

/**
 * The group that each input channel belongs to, where groups are no consecutive channels: {@code
 * g_idx} of GPTQ's file format. Immutable.
 */
public final class GroupIndex {

  private final int[] groups;

  private GroupIndex(int[] groups) {
    this.groups = groups;
  }

  /**
   * A copy.
   *
   * @param groups the group of each input channel, from 0
   */
  public static GroupIndex of(int... groups) {
    return new GroupIndex(groups.clone());
  }

  /** The group of a channel. */
  public int group(int channel) {
    return groups[channel];
  }

  /** Number of channels. */
  public int channels() {
    return groups.length;
  }

  /** A new array, one group per channel. */
  public int[] toArray() {
    return groups.clone();
  }

  /** Whether groups are consecutive channels, so that readers need no index. */
  public boolean isConsecutive() {
    for (int channel = 1; channel < groups.length; channel++) {
      if (groups[channel] < groups[channel - 1]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "GroupIndex of %d channels, %s"
        .formatted(groups.length, isConsecutive() ? "consecutive" : "in solved order");
  }
}
