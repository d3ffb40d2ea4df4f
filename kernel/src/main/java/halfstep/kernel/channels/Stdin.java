package halfstep.kernel.channels;

import halfstep.kernel.context.CellContext;
import halfstep.kernel.protocol.BadMessageException;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Asks the front end for a line. A thread of its own owns the socket; while it waits for an answer
 * it also listens for the word that nobody wants it any more, which {@link #cancel} gives.
 */
public final class Stdin {

  private static final String CANCEL_ADDRESS = "inproc://stdin-cancel";

  private record Question(
      CellContext context, String prompt, boolean password, CompletableFuture<String> answer) {}

  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
  private final ZMQ.Context zmq;
  private final ZMQ.Socket socket;
  private final ZMQ.Socket cancelled;
  private final ZMQ.Socket cancel;
  private final WireCodec codec;
  private final Thread owner = Thread.ofPlatform().daemon().name("stdin").unstarted(this::serve);
  private volatile @Nullable Question asked;

  Stdin(ZMQ.Context zmq, ZMQ.Socket socket, WireCodec codec) {
    this.zmq = zmq;
    this.socket = socket;
    this.codec = codec;
    this.cancelled = zmq.socket(SocketType.PAIR);
    this.cancelled.bind(CANCEL_ADDRESS);
    this.cancel = zmq.socket(SocketType.PAIR);
    this.cancel.connect(CANCEL_ADDRESS);
  }

  void start() {
    owner.start();
  }

  /** Ends the thread; called when the control channel's thread has ended. */
  void close() {
    owner.interrupt();
    cancel.close();
  }

  /**
   * Asks and waits for the answer.
   *
   * @param context the cell that asks
   * @param prompt shown before the answer
   * @param password whether the answer is hidden
   * @return the line that was typed, without its end
   * @throws InterruptedException if the cell is interrupted while it waits
   */
  public String ask(CellContext context, String prompt, boolean password)
      throws InterruptedException {
    Question question = new Question(context, prompt, password, new CompletableFuture<>());
    questions.add(question);
    try {
      return question.answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the question to the front end failed", e.getCause());
    } finally {
      question.answer.cancel(false);
    }
  }

  /**
   * Forgets the question that is being asked, if there is one. Only the thread of the control
   * channel calls this.
   */
  public void cancel() {
    if (asked != null) {
      cancel.send("");
    }
  }

  private void serve() {
    try (socket;
        cancelled;
        ZMQ.Poller poller = zmq.poller(2)) {
      poller.register(socket, ZMQ.Poller.POLLIN);
      poller.register(cancelled, ZMQ.Poller.POLLIN);
      while (true) {
        Question question = questions.take();
        asked = question;
        dropStale();
        send(question);
        await(question, poller);
        asked = null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Drops an answer or a cancellation that came too late for the question before. */
  private void dropStale() {
    boolean more = true;
    while (more) {
      more = !Frames.receiveNow(socket).isEmpty() || cancelled.recv(ZMQ.DONTWAIT) != null;
    }
  }

  private void send(Question question) {
    Message request =
        Message.of(
            question.context.identities(),
            "input_request",
            question.context.parent(),
            Json.object("prompt", question.prompt, "password", question.password));
    Frames.send(socket, codec.encode(request));
  }

  private void await(Question question, ZMQ.Poller poller) {
    while (!question.answer.isDone() && poller.poll(-1) >= 0) {
      if (poller.pollin(1)) {
        cancelled.recv();
        return;
      }
      if (poller.pollin(0)) {
        answerOf(Frames.receive(socket)).ifPresent(question.answer::complete);
      }
    }
  }

  private Optional<String> answerOf(List<byte[]> frames) {
    try {
      return Optional.of(Json.string(codec.decode(frames).content(), "value", ""));
    } catch (BadMessageException | Refusal e) {
      return Optional.empty(); // no answer; the question stands
    }
  }
}
