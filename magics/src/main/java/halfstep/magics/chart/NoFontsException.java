package halfstep.magics.chart;

/** Charts cannot be painted, since this Java finds no fonts. */
public final class NoFontsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoFontsException(Throwable cause) {
    super(
        "Charts are left out, since this Java finds no fonts; install them (Debian: apt install"
            + " fontconfig fonts-dejavu-core) and restart the kernel.",
        cause);
  }
}
