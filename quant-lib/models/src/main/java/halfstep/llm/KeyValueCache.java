package halfstep.llm;

import halfstep.tensor.Matrix;

/**
 * Keys and values of one block, in room for whole texts that are read in step. New ones are written
 * behind what is remembered, but count only after {@link #advance}: a pass that stops halfway
 * leaves no trace.
 */
final class KeyValueCache implements Past {

  private final int texts;
  private final int capacity;
  private final Matrix keys;
  private final Matrix values;
  private int tokens;

  /**
   * @param texts number of texts, at least 1
   * @param capacity most tokens of a text, at least 1
   * @param width keys of one token: {@code keyValueHeads · headDim}
   */
  KeyValueCache(int texts, int capacity, long width) {
    this.texts = texts;
    this.capacity = capacity;
    this.keys = Matrix.zeros((long) texts * capacity, width);
    this.values = Matrix.zeros((long) texts * capacity, width);
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

  @Override
  public long start(TokenWindows windows, int window) {
    return (long) window * capacity;
  }

  private Matrix appended(Matrix all, Matrix fresh) {
    long each = fresh.rows() / texts;
    for (int text = 0; text < texts; text++) {
      long at = (long) text * capacity + tokens;
      Matrix own = fresh.rows(text * each, (text + 1) * each);
      all.rows(at, at + each).segment().copyFrom(own.segment());
    }
    return all;
  }

  /**
   * A copy of what some of the texts left.
   *
   * @param kept which texts, in their new order; not modified
   */
  KeyValueCache only(int[] kept) {
    KeyValueCache cache = new KeyValueCache(kept.length, capacity, keys.cols());
    for (int text = 0; text < kept.length; text++) {
      copy(keys, kept[text], cache.keys, text);
      copy(values, kept[text], cache.values, text);
    }
    cache.tokens = tokens;
    return cache;
  }

  private void copy(Matrix from, int text, Matrix to, int as) {
    long old = (long) text * capacity;
    long now = (long) as * capacity;
    to.rows(now, now + tokens).segment().copyFrom(from.rows(old, old + tokens).segment());
  }

  /** Counts the new tokens as past; a negative number forgets the last ones. */
  void advance(int more) {
    tokens += more;
  }
}
