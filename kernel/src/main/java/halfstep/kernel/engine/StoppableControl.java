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

  private @Nullable Object value;
  private @Nullable Throwable thrown;

  StoppableControl(SnippetLoader loader) {
    super((LoaderDelegate) loader);
  }

  /** Forgets the last value and exception. */
  void clear() {
    value = null;
    thrown = null;
  }

  /** What the last snippet returned. */
  @Nullable Object value() {
    return value;
  }

  /** What the last snippet threw. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  @Override
  protected String invoke(Method method) throws Exception {
    try {
      Object returned = RunningCell.interruptible(() -> method.invoke(null));
      value = returned;
      thrown = null;
    } catch (InvocationTargetException e) {
      thrown = e.getCause();
      if (thrown instanceof CellStopped) {
        throw new StoppedException();
      }
      throw e;
    } catch (CellStopped e) {
      thrown = e;
      throw new StoppedException();
    }
    return "";
  }

  @Override
  public void stop() {
    // RunningCell stops cells: it also reaches magics, which JShell does not know of.
  }
}
