package halfstep.kernel.requests;

import halfstep.kernel.channels.Requests;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.util.concurrent.CountDownLatch;

/** Lets the process end: the reply first, then whoever waits for the end. */
public final class Ending {

  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean restart;

  /** Replies to a shutdown request and lets {@link #await} return. */
  void begin(Message request, Requests requests) {
    restart = Json.bool(request.content(), "restart", false);
    requests.reply(Message.reply(request, Json.object("status", "ok", "restart", restart)));
    requests.close();
    begun.countDown();
  }

  /** Lets {@link #await} return without a request. */
  public void begin() {
    begun.countDown();
  }

  /** Whether the process was asked to end. */
  public boolean begun() {
    return begun.getCount() == 0;
  }

  /**
   * Waits for the request to end.
   *
   * @return whether the front end will start the kernel again
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean await() throws InterruptedException {
    begun.await();
    return restart;
  }
}
