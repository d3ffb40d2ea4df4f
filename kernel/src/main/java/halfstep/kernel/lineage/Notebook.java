package halfstep.kernel.lineage;

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
}
