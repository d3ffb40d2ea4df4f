package halfstep.kernel.channels;

import halfstep.kernel.protocol.Message;

/** Handles the requests of a socket. */
public interface RequestHandler {

  /**
   * Handles one request, to its last reply.
   *
   * @param request what came
   * @param requests where it came from and replies go
   */
  void handle(Message request, Requests requests);
}
