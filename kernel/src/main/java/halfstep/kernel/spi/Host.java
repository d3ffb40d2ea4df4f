package halfstep.kernel.spi;

import java.util.Optional;

/**
 * The kernel as a magic sees it. {@code halfstep.kernel.lineage.Hosts} finds the host of the kernel
 * that called.
 *
 * <p>{@link #display} and {@link #progress} may be called from any thread that the cell's thread
 * started; the rest belongs on the thread that runs the cell.
 */
public interface Host {

  /**
   * Shows {@code bundle} below the running cell, after everything printed so far.
   *
   * @param bundle what to show
   * @return the way to replace it later
   */
  DisplayHandle display(MimeBundle bundle);

  /**
   * Whether displays are read as text alone, as in a terminal.
   *
   * @return false where there are pages
   */
  default boolean isTextOnly() {
    return false;
  }

  /**
   * Declares a variable that the following cells can use; a variable of the same name is replaced.
   *
   * @param name a Java identifier
   * @param type Java source of its type, for example {@code java.util.List<String>}; its classes
   *     must be on the kernel's class path
   * @param value the value itself, not a copy
   * @throws Refusal if the name or type is no Java, if the value is not of that type, or if this
   *     kernel cannot declare variables
   */
  void declare(String name, String type, Object value);

  /**
   * Looks a variable up.
   *
   * @param name as the cells know it
   * @return its value, empty when there is no such variable or it holds null
   */
  Optional<Object> variable(String name);

  /**
   * Evaluates Java source for its effect, imports for example. Nothing is shown.
   *
   * @param source one or more snippets
   * @throws Refusal if the source does not compile or throws
   */
  void evaluate(String source);

  /**
   * Imports packages for the cells that follow. A host may put it off until a cell needs one of
   * their names.
   *
   * @param source import declarations of whole packages, one a line
   * @throws Refusal if this kernel imports at once and the source does not compile
   */
  default void importPackages(String source) {
    evaluate(source);
  }

  /**
   * Begins a progress display. It appears only if the work takes longer than a second, and its last
   * state stays.
   *
   * @param title what is being done, a few words
   * @return the progress, to be closed by the caller
   */
  Progress progress(String title);
}
