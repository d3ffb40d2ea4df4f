package halfstep.kernel.context;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The request that a thread works for, and whether that work was asked to stop. */
public final class CellContext {

  private static final InheritableThreadLocal<@Nullable CellContext> OF_THREAD =
      new InheritableThreadLocal<>();
  private static volatile @Nullable CellContext latest;

  private final JsonObject parent;
  private final List<byte[]> identities;
  private final boolean mayAsk;
  private final Queue<JsonObject> pages = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /**
   * Makes a context.
   *
   * @param parent header of the request
   * @param identities where its questions go
   * @param mayAsk whether the front end answers questions on stdin
   */
  public CellContext(JsonObject parent, List<byte[]> identities, boolean mayAsk) {
    this.parent = parent;
    this.identities = identities;
    this.mayAsk = mayAsk;
  }

  /**
   * Makes this the context of the current thread, of those it starts, and of threads that have
   * none.
   */
  public void enter() {
    OF_THREAD.set(this);
    latest = this;
  }

  /**
   * The context of the current thread; for a thread that no cell started, the latest one entered.
   *
   * @return null before the first request
   */
  public static @Nullable CellContext current() {
    CellContext own = OF_THREAD.get();
    return own == null ? latest : own;
  }

  /** Header of the request, as it came. */
  public JsonObject parent() {
    return parent;
  }

  /** Routing prefix of the peer that sent the request. */
  public List<byte[]> identities() {
    return identities;
  }

  /** Whether the front end answers questions. */
  public boolean mayAsk() {
    return mayAsk;
  }

  /**
   * Adds something that the front end shows in its pager when the cell has ended.
   *
   * @param data MIME type to content
   */
  public void page(JsonObject data) {
    pages.add(data);
  }

  /** What is to be shown in the pager, in order. */
  public List<JsonObject> pages() {
    return List.copyOf(pages);
  }

  /** Asks the work to stop. There is no way back. */
  public void stop() {
    stopped = true;
  }

  /** Whether the work was asked to stop. */
  public boolean stopped() {
    return stopped;
  }
}
