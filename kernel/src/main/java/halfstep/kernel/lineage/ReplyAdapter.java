package halfstep.kernel.lineage;

import halfstep.kernel.context.CellContext;
import halfstep.kernel.input.Input;
import halfstep.kernel.output.Publisher;
import java.util.List;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.messages.ContentType;
import org.dflib.jjava.jupyter.messages.Message;

/**
 * What the lineage publishes goes out through our publisher, under the cell that the calling thread
 * works for.
 */
final class ReplyAdapter extends ShellReplyEnvironment {

  private final Publisher publisher;
  private final Input input;

  @SuppressWarnings(
      "NullAway") // the base stores its sockets; every method that would use one is replaced
  ReplyAdapter(Publisher publisher, Input input) {
    super(null, null, null, null);
    this.publisher = publisher;
    this.input = input;
  }

  @Override
  public void publish(Message<?> message) {
    publisher.publish(
        CellContext.current(),
        message.getHeader().getType().getName(),
        Bundles.content(message.getContent()),
        Bundles.metadata(message.getMetadata()),
        message.getBlobs() == null ? List.of() : message.getBlobs());
  }

  @Override
  public <T extends ContentType<T>> void publish(T content) {
    publisher.publish(content.getType().getName(), Bundles.content(content));
  }

  @Override
  public void writeToStdOut(String text) {
    System.out.print(text);
  }

  @Override
  public void writeToStdErr(String text) {
    System.err.print(text);
  }

  @Override
  public String readFromStdIn(String prompt, boolean password) {
    return input.ask(prompt, password);
  }

  /** Our own handlers announce busy and idle. */
  @Override
  public void setStatusBusy() {}

  @Override
  public void setStatusIdle() {}

  @Override
  public void setBusyDeferIdle() {}
}
