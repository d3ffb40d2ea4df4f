package halfstep.kernel.engine;

import halfstep.kernel.interrupt.CellStopped;
import halfstep.kernel.interrupt.RunningCell;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.execution.LocalExecutionControl;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's engine in this process, with two differences: a snippet runs on the thread that
 * evaluates it, and the very objects that it returns or throws are kept. The weaving of stop checks
 * into loops is inherited.
 */
final class StoppableControl extends LocalExecutionControl {

  /**
   * How the last snippet of a thread ended.
   *
   * @param value what it returned
   * @param thrown what it threw
   */
  record End(@Nullable Object value, @Nullable Throwable thrown) {
    static final End NONE = new End(null, null);
  }

  private final ThreadLocal<End> last = ThreadLocal.withInitial(() -> End.NONE);
  private final EngineLock lock;

  StoppableControl(SnippetLoader loader, EngineLock lock) {
    super((LoaderDelegate) loader);
    this.lock = lock;
  }

  /** Forgets how the calling thread's last snippet ended. */
  void clear() {
    last.remove();
  }

  /** How the last snippet that the calling thread ran ended. */
  End last() {
    return last.get();
  }

  /** JShell takes it in silence when a snippet's class is not there or cannot be linked. */
  @Override
  public String invoke(String className, String methodName)
      throws RunException, InternalException, EngineTerminationException {
    try {
      return super.invoke(className, methodName);
    } catch (InternalException e) {
      last.set(new End(null, e));
      throw e;
    }
  }

  @Override
  protected String invoke(Method method) throws Exception {
    try {
      Object returned = lock.outside(() -> RunningCell.interruptible(() -> method.invoke(null)));
      last.set(new End(returned, null));
    } catch (InvocationTargetException e) {
      last.set(new End(null, e.getCause()));
      if (e.getCause() instanceof CellStopped) {
        throw new StoppedException();
      }
      throw e;
    } catch (CellStopped e) {
      last.set(new End(null, e));
      throw new StoppedException();
    }
    return "";
  }

  @Override
  public void stop() {
    // RunningCell stops cells: it also reaches magics, which JShell does not know of.
  }
}
