package halfstep.cuda;

/** Which kernel takes groups of which size. */
final class GroupSizes {

  /** Lanes that share a group. */
  static final int LANES = 16;

  /** A larger group would keep one half-warp busy while the rest of the device waits. */
  static final int MOST = 1 << 15;

  private GroupSizes() {}

  /** The family's kernel for groups of this size: in registers where one was compiled for it. */
  static String kernel(String family, int size) {
    return switch (size) {
      case 32, 64, 128 -> family + "_" + size;
      default -> family + "_any";
    };
  }

  /** Why a group is too large. */
  static String refusal(int size) {
    return "its kernels take groups of at most %d weights, and these have %d".formatted(MOST, size);
  }
}
