package halfstep.llm;

/**
 * The tokens of one forward pass: windows read from empty context, or windows of one length that
 * continue what a cache remembers.
 *
 * @param windows the new tokens
 * @param past what precedes each of them in this block
 */
record Stretch(TokenWindows windows, Past past) {

  /** Windows read from empty context. */
  static Stretch of(TokenWindows windows) {
    return new Stretch(windows, Past.NONE);
  }
}
