package halfstep.llm;

import halfstep.tensor.Matrix;

/** Keys and values of the tokens before a stretch, in one block. */
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
      };

  /** How many tokens precede: the position of the first new one. */
  int tokens();

  /**
   * Remembers new keys.
   *
   * @param fresh turned keys of the new tokens; not modified
   * @return all of them, {@code (past + new) × keyValueWidth}; not to be modified
   */
  Matrix keys(Matrix fresh);

  /** The same for values. */
  Matrix values(Matrix fresh);
}
