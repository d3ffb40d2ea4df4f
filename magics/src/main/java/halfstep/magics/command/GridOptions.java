package halfstep.magics.command;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the codes look like. */
public final class GridOptions {

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      defaultValue = "4",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Bits per code: ${COMPLETION-CANDIDATES}. Default 4.")
  private Bits bits = Bits.FOUR;

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--axis",
      paramLabel = "AXIS",
      defaultValue = "1",
      converter = Converters.OfAxis.class,
      completionCandidates = Converters.AxisWords.class,
      description = "1: groups of inputs of one row; 0: down the matrix. Default 1.")
  private Axis axis = Axis.IN;

  /**
   * A group size as it is written: a number, {@code row} or {@code tensor}.
   *
   * @throws UsageException if it is none of them
   */
  public static int group(String word) {
    return Converters.OfGroup.group(word);
  }

  /** The specification, with float zeros. */
  public QuantSpec spec() {
    return new QuantSpec(bits, group.size(), axis, ZeroPoint.FLOAT);
  }
}
