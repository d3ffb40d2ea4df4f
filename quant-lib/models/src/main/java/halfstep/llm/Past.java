package halfstep.llm;

import halfstep.tensor.Matrix;

/** Keys and values of the tokens before a stretch, in one block; as many before each window. */
interface Past {

  /** Nothing precedes. */
  Past NONE =
      new Past() {
        @Override
        public int tokens() {
          return 0;
        }

        @Override
        public Matrix keys(Matrix fresh) {
          return fresh;
        }

        @Override
        public Matrix values(Matrix fresh) {
          return fresh;
        }

        @Override
        public long start(TokenWindows windows, int window) {
          return windows.start(window);
        }
      };

  /** How many tokens precede each window: the position of its first new one. */
  int tokens();

  /**
   * Remembers new keys.
   *
   * @param fresh turned keys of the new tokens; not modified
   * @return all of them, {@code … × keyValueWidth}; a window's own lie from {@link #start} on, the
   *     past ones before the new ones; not to be modified
   */
  Matrix keys(Matrix fresh);

  /** The same for values. */
  Matrix values(Matrix fresh);

  /** Row of a window's first key. */
  long start(TokenWindows windows, int window);
}
