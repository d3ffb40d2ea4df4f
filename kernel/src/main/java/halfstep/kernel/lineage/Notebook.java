package halfstep.kernel.lineage;

import halfstep.kernel.context.CellContext;
import halfstep.kernel.protocol.Json;
import org.dflib.jjava.jupyter.kernel.BaseNotebookStatics;

/**
 * The functions that every cell can call by their plain names: those of the lineage ({@code
 * display}, {@code updateDisplay}, {@code render}, {@code eval}, {@code lineMagic}, {@code
 * cellMagic}) and ours.
 */
public final class Notebook extends BaseNotebookStatics {

  private Notebook() {}

  /**
   * Clears the output of the running cell.
   *
   * @param wait whether to wait for the next output, so that nothing flickers
   */
  public static void clearOutput(boolean wait) {
    if (HalfstepKernel.notebookKernel() instanceof HalfstepKernel kernel) {
      kernel.clearOutput(wait);
    }
  }

  /**
   * Shows a value in the front end's pager instead of below the cell.
   *
   * @param value anything that can be rendered
   */
  public static void page(Object value) {
    CellContext context = CellContext.current();
    if (context != null && HalfstepKernel.notebookKernel() instanceof HalfstepKernel kernel) {
      context.page(Json.child(kernel.render(value), "data"));
    }
  }
}
