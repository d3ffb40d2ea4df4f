package halfstep.magics.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** For tests that run commands as a terminal does, and read what the last one wrote. */
abstract class OnTheTerminal {

  StringWriter out = new StringWriter();
  StringWriter err = new StringWriter();

  /** The exit status. */
  int run(String... words) {
    out = new StringWriter();
    err = new StringWriter();
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
