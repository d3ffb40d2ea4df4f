package halfstep.llm;

import halfstep.tensor.Matrix;

/**
 * Keys and values of one block, in room for a whole text. New ones are written behind what is
 * remembered, but count only after {@link #advance}: a pass that stops halfway leaves no trace.
 */
final class KeyValueCache implements Past {

  private final Matrix keys;
  private final Matrix values;
  private int tokens;

  /**
   * @param capacity most tokens, at least 1
   * @param width keys of one token: {@code keyValueHeads · headDim}
   */
  KeyValueCache(int capacity, long width) {
    this.keys = Matrix.zeros(capacity, width);
    this.values = Matrix.zeros(capacity, width);
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public Matrix keys(Matrix fresh) {
    return appended(keys, fresh);
  }

  @Override
  public Matrix values(Matrix fresh) {
    return appended(values, fresh);
  }

  private Matrix appended(Matrix all, Matrix fresh) {
    long end = tokens + fresh.rows();
    all.rows(tokens, end).segment().copyFrom(fresh.segment());
    return all.rows(0, end);
  }

  /** Counts the new tokens as past. */
  void advance(int more) {
    tokens += more;
  }
}
