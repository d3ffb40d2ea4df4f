package halfstep.fuzz;

import java.io.IOException;
import java.util.List;

/** A reader of something that a stranger may have written. */
public interface FuzzTarget {

  /** As the command line names it. */
  String name();

  /** How many {@link Parts} an input consists of. */
  int parts();

  /** Whole and valid inputs to begin with. */
  List<byte[]> seeds();

  /**
   * Takes an input to its end.
   *
   * @throws RuntimeException a typed refusal; anything else is a finding
   */
  void take(byte[] input) throws IOException;
}
