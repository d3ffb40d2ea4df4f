package halfstep.llm;

import halfstep.tensor.Matrix;

/** The weights of one block, whatever form they are kept in. */
interface BlockWeights {

  /**
   * What a linear layer makes of its inputs: {@code x · Wᵀ + b}.
   *
   * @param layer its name within the block
   * @param x {@code tokens × in}; not modified
   * @return a new matrix, {@code tokens × out}
   */
  Matrix apply(String layer, Matrix x);

  /** The weight of a norm or a router, by its name within the block; not to be modified. */
  Matrix get(String name);
}
