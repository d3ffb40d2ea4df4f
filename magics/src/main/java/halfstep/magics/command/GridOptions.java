package halfstep.magics.command;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
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

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      defaultValue = "64",
      converter = Converters.OfGroup.class,
      completionCandidates = Converters.GroupWords.class,
      description = "Weights that share a scale, or row, or tensor for all. Default 64.")
  private int group = 64;

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
    return new QuantSpec(bits, group, axis, ZeroPoint.FLOAT);
  }
}
