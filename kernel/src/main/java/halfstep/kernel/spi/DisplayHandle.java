package halfstep.kernel.spi;

/** A display that was shown and can be replaced in place. May be used from any thread. */
public interface DisplayHandle {

  /**
   * Replaces what is shown, wherever the display appears.
   *
   * @param bundle the new content
   */
  void update(MimeBundle bundle);
}
