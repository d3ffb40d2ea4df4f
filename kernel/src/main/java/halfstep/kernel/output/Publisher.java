package halfstep.kernel.output;

import com.google.gson.JsonObject;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Orders everything that goes out on iopub. Text is collected up to 64 KiB or 25 ms; anything else
 * first sends the text that came before it. Safe for use by any thread; a thread's interrupt flag
 * changes nothing here.
 */
public final class Publisher {

  private static final int FLUSH_BYTES = 64 * 1024;
  private static final long FLUSH_MILLIS = 25;

  private final Consumer<Message> sink;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("output").factory());
  private final TextBuffer pending = new TextBuffer();
  private @Nullable CellContext pendingContext;
  private String pendingName = "";
  private boolean flushScheduled;

  /**
   * Makes a publisher.
   *
   * @param sink takes the finished messages in order; must not block
   */
  public Publisher(Consumer<Message> sink) {
    this.sink = sink;
  }

  /**
   * Publishes for the request that the current thread works for.
   *
   * @param type the {@code msg_type}
   * @param content the content; handed over
   */
  public void publish(String type, JsonObject content) {
    publish(CellContext.current(), type, content);
  }

  /**
   * Publishes for a given request.
   *
   * @param context the request, null when there is none
   * @param type the {@code msg_type}
   * @param content the content; handed over
   */
  public void publish(@Nullable CellContext context, String type, JsonObject content) {
    publish(context, type, content, new JsonObject(), List.of());
  }

  /**
   * Publishes with metadata and binary parts.
   *
   * @param context the request, null when there is none
   * @param type the {@code msg_type}
   * @param content the content; handed over
   * @param metadata the message's metadata; handed over
   * @param buffers raw binary parts
   */
  public synchronized void publish(
      @Nullable CellContext context,
      String type,
      JsonObject content,
      JsonObject metadata,
      List<byte[]> buffers) {
    flush();
    JsonObject parent = context == null ? new JsonObject() : context.parent();
    List<byte[]> topic = List.of(type.getBytes(StandardCharsets.US_ASCII));
    sink.accept(new Message(topic, Message.freshHeader(type), parent, metadata, content, buffers));
  }

  /**
   * Collects printed text.
   *
   * @param context the request that it belongs to
   * @param name {@code stdout} or {@code stderr}
   * @param bytes UTF-8, possibly cut inside a character
   * @param offset where to begin
   * @param length how many bytes
   */
  synchronized void write(CellContext context, String name, byte[] bytes, int offset, int length) {
    if (context != pendingContext || !name.equals(pendingName)) {
      flushAll();
      pendingContext = context;
      pendingName = name;
    }
    pending.append(bytes, offset, length);
    if (pending.size() >= FLUSH_BYTES) {
      sendText(pending.takeWholeCharacters());
    } else if (!flushScheduled) {
      flushScheduled = true;
      var _ = clock.schedule(this::flushOnTime, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Sends the collected text now; a character whose bytes are not all there waits for the rest. */
  public synchronized void flush() {
    sendText(pending.takeWholeCharacters());
  }

  private synchronized void flushOnTime() {
    flushScheduled = false;
    flush();
  }

  private void flushAll() {
    sendText(pending.takeAll());
  }

  private void sendText(String text) {
    CellContext context = pendingContext;
    if (text.isEmpty() || context == null) {
      return;
    }
    sink.accept(
        Message.of(
            List.of("stream".getBytes(StandardCharsets.US_ASCII)),
            "stream",
            context.parent(),
            Json.object("name", pendingName, "text", text)));
  }
}
