package halfstep.magics.command;

import halfstep.quant.Axis;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %lab fused}. */
@Command(
    name = "fused",
    description =
        "One layer's product with weights turned back first, beside the fused product with packed"
            + " codes: time and workspace, by rows of input.",
    footer = {"%lab fused 0.down_proj --bits 4 --rows 1,16 --seconds 0.01"})
final class LabFusedLine implements Line {

  @Parameters(arity = "1", paramLabel = "LAYER", description = "A layer such as 0.down_proj.")
  private String layer = "";

  @Mixin private final GridOptions grid = new GridOptions();

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description =
          "Rows of input, numbers with commas: 1 as in decoding, many as in reading a prompt."
              + " Default 1,2,4,8,16,32,64,128,256.")
  private List<Integer> rows = new ArrayList<>(List.of(1, 2, 4, 8, 16, 32, 64, 128, 256));

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to measure each product at least. Default 0.2.")
  private double seconds = 0.2;

  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    rows.forEach(count -> LabNumbers.atLeast("--rows", count, 1));
    if (!(seconds > 0) || seconds > 60) {
      throw new UsageException("--seconds %s: a number above 0, at most 60".formatted(seconds));
    }
    if (grid.spec().axis() == Axis.OUT) {
      throw new UsageException(
          "--axis 0: packed products want groups of neighbouring inputs; take --axis 1");
    }
    return new LabFused(
        layer, grid.spec(), rows.stream().distinct().sorted().toList(), seconds, result.as());
  }
}
