package halfstep.kernel.interrupt;

import halfstep.kernel.spi.Refusal;

/**
 * What {@code System.exit} and its kin come to in a cell: a refusal instead of a kernel that is
 * gone with all its variables. Public because code in cells calls it.
 */
public final class ExitGuard {

  private ExitGuard() {}

  /**
   * Stands for {@code System.exit}.
   *
   * @param status the wanted exit status
   * @throws Refusal always
   */
  public static void exit(int status) {
    throw new Refusal(
        "ExitRefused",
        "this cell asked for the end of the process with status %d, which would take the kernel and all variables with it; to end the kernel use the front end's restart or shutdown"
            .formatted(status),
        null);
  }

  /**
   * Stands for {@code Runtime.exit} and {@code Runtime.halt}.
   *
   * @param runtime what it is called on
   * @param status the wanted exit status
   * @throws Refusal always
   */
  public static void exit(Runtime runtime, int status) {
    exit(status);
  }
}
