package halfstep.gptq;

/** The group that each input channel belongs to: {@code g_idx} of GPTQ's file format; immutable. */
public final class GroupIndex {

  private final int[] groups;

  private GroupIndex(int[] groups) {
    this.groups = groups;
  }

  /** Consecutive channels in groups of {@code size}, as every format without an index assumes. */
  static GroupIndex consecutive(int channels, int size) {
    return bySolvedOrder(ColumnOrder.natural(channels), size);
  }

  /** Channels that are solved one after the other share a group. */
  static GroupIndex bySolvedOrder(ColumnOrder order, int size) {
    int[] groups = new int[order.size()];
    for (int position = 0; position < groups.length; position++) {
      groups[order.channel(position)] = position / size;
    }
    return new GroupIndex(groups);
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
