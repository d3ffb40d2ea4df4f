package halfstep.llm;

import halfstep.tensor.Matrix;

/** Room for {@code tokens × in}, filled part by part by any thread. */
interface TokenRows {

  /** Puts rows where they belong. */
  void put(Matrix rows, long firstRow);

  /** All rows, when all are there; no more may come. Shared, not to be modified. */
  Matrix all();

  /** In memory. */
  record Held(Matrix all) implements TokenRows {
    @Override
    public void put(Matrix rows, long firstRow) {
      WindowParts.put(rows, all, firstRow);
    }
  }
}
