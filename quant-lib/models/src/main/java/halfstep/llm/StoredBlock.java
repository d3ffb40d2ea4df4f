package halfstep.llm;

import halfstep.tensor.Matrix;

/** One block of a model's weights. */
record StoredBlock(Layout layout, ModelWeights weights, int block) implements BlockWeights {

  @Override
  public Matrix apply(String name, Matrix x) {
    String layer = Layout.layer(block, name);
    Matrix y = weights.times(Layout.tensor(layer), x);
    layout.bias(layer).ifPresent(bias -> Rows.addBias(y, weights.get(bias)));
    return y;
  }

  @Override
  public Matrix get(String name) {
    return weights.get(Layout.tensor(Layout.layer(block, name)));
  }
}
