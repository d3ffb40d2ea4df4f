package halfstep.hub;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A body piece by piece. Unlike the JDK's stream it notices a server that has fallen silent, and an
 * interrupt at once. At most one piece waits.
 */
final class BodyChunks implements BodySubscriber<BodyChunks>, AutoCloseable {

  /** What the connection brings. */
  private sealed interface Event {
    record Part(List<ByteBuffer> buffers) implements Event {}

    record End() implements Event {}

    record Failure(Throwable cause) implements Event {}
  }

  private final CompletableFuture<BodyChunks> body = new CompletableFuture<>();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private Flow.@Nullable Subscription subscription;

  @Override
  public CompletionStage<BodyChunks> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    upstream.request(1);
    body.complete(this);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event.Part(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failure(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /**
   * Waits for the next piece.
   *
   * @return empty at the end of the body
   * @throws HttpTimeoutException if nothing came for as long as {@code patience}
   * @throws IOException if the connection was lost
   */
  List<ByteBuffer> next(Duration patience) throws IOException, InterruptedException {
    Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    return switch (event) {
      case null ->
          throw new HttpTimeoutException(
              "nothing came for %.0f s".formatted(patience.toMillis() / 1e3));
      case Event.Part(var buffers) -> {
        if (subscription != null) {
          subscription.request(1);
        }
        yield buffers;
      }
      case Event.End() -> List.of();
      case Event.Failure(var cause) ->
          throw new IOException(String.valueOf(cause.getMessage()), cause);
    };
  }

  /** Drops the connection if the body has not ended. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
