package halfstep.kernel.dependencies;

import halfstep.kernel.spi.Progress;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;

/** Shows what Maven downloads, and ends it when the cell is interrupted. */
final class TransferProgress extends AbstractTransferListener {

  private final Progress progress;
  private final Thread cell = Thread.currentThread();
  private final AtomicInteger done = new AtomicInteger();

  TransferProgress(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void transferInitiated(TransferEvent event) throws TransferCancelledException {
    stopIfAsked();
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    stopIfAsked();
    long length = event.getResource().getContentLength();
    long came = event.getTransferredBytes();
    String name = event.getResource().getResourceName();
    String file = name.substring(name.lastIndexOf('/') + 1);
    progress.update(
        length > 0 ? (double) came / length : 0,
        "%s, %d kB of %s, %d files before it"
            .formatted(
                file, came / 1000, length > 0 ? length / 1000 + " kB" : "unknown", done.get()));
  }

  @Override
  public void transferSucceeded(TransferEvent event) {
    done.incrementAndGet();
  }

  private void stopIfAsked() throws TransferCancelledException {
    if (cell.isInterrupted()) {
      throw new TransferCancelledException("the cell was interrupted");
    }
  }
}
