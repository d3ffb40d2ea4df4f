package halfstep.kernel.requests;

import halfstep.kernel.channels.Requests;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;

/** Brackets the handling of a request by the busy and idle states that front ends wait for. */
final class Status {

  private Status() {}

  static void around(Publisher publisher, Message request, Requests requests, Runnable handling) {
    CellContext context = new CellContext(request.header(), request.identities(), false);
    publish(publisher, context, "busy");
    try {
      handling.run();
    } catch (RuntimeException | LinkageError | VirtualMachineError e) {
      // whatever one request does, the next is answered
      requests.reply(Message.reply(request, Replies.error(e)));
    } finally {
      publish(publisher, context, "idle");
    }
  }

  static void publish(Publisher publisher, CellContext context, String state) {
    publisher.publish(context, "status", Json.object("execution_state", state));
  }
}
