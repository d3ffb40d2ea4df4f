package halfstep.magics.command;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Numbers that a line may leave out. */
final class OptionalInts {

  private OptionalInts() {}

  static OptionalInt of(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
