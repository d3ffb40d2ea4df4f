package halfstep.spark;

import halfstep.job.JobException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a standalone master listens where one is said to be. */
final class Masters {

  private static final int MOST_MILLISECONDS = 5000;

  /** One or, with stand-bys, several; what does not look so is Spark's to understand or refuse. */
  private static final Pattern URL =
      Pattern.compile("spark://([^:,]+:\\d{1,5}(?:,[^:,]+:\\d{1,5})*)");

  private Masters() {}

  /**
   * Looks before Spark does, which would try for a minute and say nothing meanwhile.
   *
   * @param master {@code spark://HOST:PORT}, also {@code spark://HOST:PORT,HOST:PORT}; of another
   *     kind, nothing is looked for
   * @throws JobException if none of them listens
   */
  static void requireListening(String master) {
    Matcher url = URL.matcher(master);
    if (!url.matches()) {
      return;
    }
    String why = "";
    for (String place : url.group(1).split(",")) {
      int colon = place.indexOf(':');
      why = refusal(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)));
      if (why.isEmpty()) {
        return;
      }
    }
    throw new JobException(
        "no Spark master listens at --master %s: %s; start one there, or name another"
            .formatted(master, why));
  }

  /** Why nobody can be reached there; empty if somebody can. */
  private static String refusal(String host, int port) {
    if (port > 65535) {
      return "there is no port %d".formatted(port);
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return "there is no host %s".formatted(host);
    }
    try (Socket there = new Socket()) {
      there.connect(address, MOST_MILLISECONDS);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
