package halfstep.magics.command;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which group's grid is drawn. */
final class GroupOption {

  @Option(
      names = "--show-group",
      paramLabel = "N",
      description = "Number of the group to draw, from 0.")
  private @Nullable Integer group;

  OptionalInt group() {
    return OptionalInts.of(group);
  }
}
