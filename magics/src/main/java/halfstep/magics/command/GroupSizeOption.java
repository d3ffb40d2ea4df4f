package halfstep.magics.command;

import picocli.CommandLine.Option;

/** How many weights share a scale. */
final class GroupSizeOption {

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      defaultValue = "64",
      converter = Converters.OfGroup.class,
      completionCandidates = Converters.GroupWords.class,
      description = "Weights that share a scale, or row, or tensor for all. Default 64.")
  private int group = 64;

  /** The size; what stands for a row or the tensor is told by {@code QuantSpec}. */
  int size() {
    return group;
  }
}
