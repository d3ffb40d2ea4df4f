package halfstep.kernel.channels;

import halfstep.kernel.protocol.Message;
import java.util.Optional;

/** The socket that a request came from, for the thread that handles it. */
public interface Requests {

  /**
   * Sends a reply.
   *
   * @param reply addressed to the peer that asked
   */
  void reply(Message reply);

  /**
   * The next request if one is already waiting.
   *
   * @return empty when none is
   */
  Optional<Message> next();

  /** Ends the loop once the current request is handled. */
  void close();
}
