package halfstep.rtn;

import halfstep.quant.AffineGrid;
import halfstep.quant.Bits;
import halfstep.quant.GroupRange;
import halfstep.quant.QuantSpec;
import halfstep.quant.Rounding;
import halfstep.quant.ZeroPoint;

/**
 * Which grid "round to nearest" means: papers and libraries call five different things by that
 * name. A rule gives a group's grid; the codes are the nearest points of it.
 */
public sealed interface RoundingRule {

  /** For tables and charts: whose rounding it is, {@code "rtn integer zero (AWQ)"}. */
  String label();

  /** What the rule's zeros are, and so what the specification must ask for. */
  ZeroPoint zeroPoint();

  /**
   * The grid of one group.
   *
   * @param range of the group's weights
   * @throws IllegalArgumentException if the rule has no grid of this width
   */
  AffineGrid grid(GroupRange range, Bits bits);

  /** The rule that a specification's zeros imply. */
  static RoundingRule of(QuantSpec spec) {
    return switch (spec.zeroPoint()) {
      case FLOAT -> new FloatZero();
      case INTEGER -> new IntegerZero();
      case SYMMETRIC -> new Symmetric();
    };
  }

  /** hqq without its optimiser: minimum and maximum are met exactly, the zero is any float. */
  record FloatZero() implements RoundingRule {
    @Override
    public String label() {
      return "rtn float zero (hqq)";
    }

    @Override
    public ZeroPoint zeroPoint() {
      return ZeroPoint.FLOAT;
    }

    @Override
    public AffineGrid grid(GroupRange range, Bits bits) {
      return AffineGrid.floatZero(range, bits.maxCode());
    }
  }

  /**
   * hqq's round_zero: the same step, the zero moved to the nearest whole number, in or out of the
   * codes' range.
   */
  record RoundedZero() implements RoundingRule {
    @Override
    public String label() {
      return "rtn rounded zero (hqq round_zero)";
    }

    @Override
    public ZeroPoint zeroPoint() {
      return ZeroPoint.FLOAT;
    }

    @Override
    public AffineGrid grid(GroupRange range, Bits bits) {
      AffineGrid free = AffineGrid.floatZero(range, bits.maxCode());
      // z = round(−min · t)
      float zero = Rounding.halfEven(free.zero());
      return new AffineGrid(
          free.scale(), free.inverseScale(), zero, free.maxCode(), ZeroPoint.FLOAT);
    }
  }

  /** AWQ's baseline: the zero is a code, so a group far from 0 saturates. */
  record IntegerZero() implements RoundingRule {
    @Override
    public String label() {
      return "rtn integer zero (AWQ)";
    }

    @Override
    public ZeroPoint zeroPoint() {
      return ZeroPoint.INTEGER;
    }

    @Override
    public AffineGrid grid(GroupRange range, Bits bits) {
      return AffineGrid.integerZero(range, bits.maxCode());
    }
  }

  /**
   * AWQ's zero_point=False: the largest magnitude is the largest signed code. Codes are stored
   * unsigned, {@code q + 2^(b−1)}, with {@code 2^(b−1)} as the zero of every group.
   */
  record Symmetric() implements RoundingRule {
    @Override
    public String label() {
      return "rtn symmetric (AWQ zero_point=False)";
    }

    @Override
    public ZeroPoint zeroPoint() {
      return ZeroPoint.SYMMETRIC;
    }

    @Override
    public AffineGrid grid(GroupRange range, Bits bits) {
      return AffineGrid.symmetric(range, bits);
    }
  }

  /**
   * GPTQ's grid: 0 always lies in the range, so the zero is a code without being clamped.
   *
   * @param symmetric whether both ends have the same magnitude and the zero is {@code 2^(b−1)}
   */
  record GptqGrid(boolean symmetric) implements RoundingRule {
    @Override
    public String label() {
      return symmetric ? "rtn GPTQ grid, symmetric" : "rtn GPTQ grid";
    }

    @Override
    public ZeroPoint zeroPoint() {
      return symmetric ? ZeroPoint.SYMMETRIC : ZeroPoint.INTEGER;
    }

    @Override
    public AffineGrid grid(GroupRange range, Bits bits) {
      GroupRange spanned = spanned(range.withZero());
      // s = (max − min) / Q
      float scale = spanned.width() / bits.maxCode();
      // z = 2^(b−1), or round(−min / s)
      float zero =
          symmetric
              ? bits.middleCode(label(), 1)
              : Rounding.halfEven(Math.abs(spanned.least()) / scale);
      return AffineGrid.integer(scale, zero, bits.maxCode());
    }

    private GroupRange spanned(GroupRange range) {
      if (range.width() == 0) {
        return new GroupRange(-1f, 1f);
      }
      // A group without negative weights keeps its range, as in the library: half of it saturates.
      return symmetric && range.least() < 0
          ? new GroupRange(-range.magnitude(), range.magnitude())
          : range;
    }
  }
}
