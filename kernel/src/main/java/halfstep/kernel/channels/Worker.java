package halfstep.kernel.channels;

import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Handles the requests that it is given, one after another, on a thread of its own. */
final class Worker implements Requests {

  /**
   * A request that waits.
   *
   * @param message the request, empty to end the worker
   * @param after what must have been handled before
   * @param handled completed when it was handled
   */
  private record Waiting(
      Optional<Message> message, CompletableFuture<?> after, CompletableFuture<Void> handled) {}

  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final OwnedSocket socket;
  private final WireCodec codec;
  private final RequestHandler handler;
  private boolean open = true;

  Worker(OwnedSocket socket, WireCodec codec, RequestHandler handler) {
    this.socket = socket;
    this.codec = codec;
    this.handler = handler;
  }

  void start(String name) {
    Thread.ofPlatform().daemon().name(name).start(this::work);
  }

  /**
   * Queues a request.
   *
   * @param request the request
   * @param after what must have been handled before
   * @return completed when the request was handled
   */
  CompletableFuture<Void> give(Message request, CompletableFuture<?> after) {
    Waiting waiting = new Waiting(Optional.of(request), after, new CompletableFuture<>());
    queue.add(waiting);
    return waiting.handled;
  }

  /** Ends the worker after the requests that it has. */
  void end() {
    CompletableFuture<Void> nothing = CompletableFuture.completedFuture(null);
    queue.add(new Waiting(Optional.empty(), nothing, new CompletableFuture<>()));
  }

  @Override
  public void reply(Message reply) {
    socket.send(codec.encode(reply));
  }

  @Override
  public Optional<Message> next() {
    Waiting next = queue.peek();
    if (next == null || next.message.isEmpty()) {
      return Optional.empty();
    }
    queue.remove();
    next.handled.complete(null);
    return next.message;
  }

  @Override
  public void close() {
    open = false;
  }

  private void work() {
    try {
      while (open) {
        Waiting next = queue.take();
        if (next.message.isEmpty()) {
          return;
        }
        next.after.join();
        try {
          handler.handle(next.message.get(), this);
        } finally {
          next.handled.complete(null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
