package halfstep.backend;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Two twins of a kernel, of which the plain loops do what comes first. To a JVM that has just
 * begun, vectors are objects on the heap, until its optimizing compiler is through with the kernel;
 * that takes a second or so, and the work of a small model is done before. So plain loops work as
 * long as that costs less than the compiler's time. Twins give the same bits.
 *
 * <p>For kernels that do much in a call, such as a row. A loop around short calls is not compiled
 * as one piece with either twin once it has seen both: HQQ's groups then took twice as long.
 *
 * @param <K> the kernel's interface
 */
public final class PlainFirst<K> {

  private final K plain;
  private final K own;
  private final long small;
  private final AtomicLong seen = new AtomicLong();
  private boolean over;

  /**
   * @param own this machine's twin, which may be the plain one
   * @param small work that the plain loops do, in what callers count: larger calls do not begin
   *     with them
   */
  PlainFirst(K plain, K own, long small) {
    this.plain = plain;
    this.own = own;
    this.small = small;
  }

  /**
   * The twin for some work.
   *
   * @param work how much of it there is
   */
  public K next(long work) {
    return over ? own : early(work);
  }

  private K early(long work) {
    if (seen.addAndGet(work) <= small) {
      return plain;
    }
    over = true; // seen late by other threads, it costs them a look at the counter
    return own;
  }
}
