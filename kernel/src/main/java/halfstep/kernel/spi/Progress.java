package halfstep.kernel.spi;

/**
 * How far a piece of work has come. Cheap to update often: the display follows at most five times a
 * second.
 */
public interface Progress extends AutoCloseable {

  /**
   * Reports the state of the work.
   *
   * @param fraction share done, 0 to 1; values outside are clamped
   * @param detail what is being worked on now, a few words, may be empty
   */
  void update(double fraction, String detail);

  /** Ends the work; what was reached stays in the output. Closing twice is harmless. */
  @Override
  void close();
}
