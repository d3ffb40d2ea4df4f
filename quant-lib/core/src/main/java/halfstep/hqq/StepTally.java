package halfstep.hqq;

import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.HqqArithmetic;

/**
 * What a half-step did to each group; filled by several threads, each its own groups, and added up
 * in the groups' order: those of a block first, then the blocks.
 */
final class StepTally {

  private final double[] abs;
  private final double[] square;
  private final double[] lp;
  private final double[] shift;
  private final int[] changed;
  private final int[] active;

  private final int groupsPerBlock;
  private final HqqArithmetic arithmetic;

  /**
   * @param arithmetic rounds the mean by which the walk stops
   */
  StepTally(Grouping grouping, HqqArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    int groups = Math.toIntExact(grouping.groups());
    groupsPerBlock = grouping.groupsPerBlock();
    abs = new double[groups];
    square = new double[groups];
    lp = new double[groups];
    shift = new double[groups];
    changed = new int[groups];
    active = new int[groups];
  }

  /** Keeps the errors of a state that no half-step led to. */
  void keep(int group, HalfStep half) {
    abs[group] = half.sumAbs;
    square[group] = half.sumSquare;
    lp[group] = half.sumLp;
  }

  /** Keeps the errors after a half-step, and what it moved. */
  void keep(int group, HalfStep half, float zeroBefore) {
    keep(group, half);
    shift[group] = Math.abs(half.newZero - zeroBefore);
    changed[group] = half.codesChanged;
    active[group] = half.shrinkActive;
  }

  /**
   * The step as a value.
   *
   * @param size number of weights
   */
  HqqStep step(int index, float beta, GroupParams params, long size) {
    double weights = (double) size;
    return new HqqStep(
        index,
        beta,
        params,
        arithmetic.mean(sum(abs) / weights),
        sum(square) / weights,
        sum(lp) / weights,
        sum(shift) / shift.length,
        sum(changed),
        sum(active) / weights);
  }

  private double sum(double[] parts) {
    double sum = 0;
    for (int first = 0; first < parts.length; first += groupsPerBlock) {
      double block = 0;
      for (int i = first; i < Math.min(parts.length, first + groupsPerBlock); i++) {
        block += parts[i];
      }
      sum += block;
    }
    return sum;
  }

  private static long sum(int[] parts) {
    long sum = 0;
    for (int part : parts) {
      sum += part;
    }
    return sum;
  }
}
