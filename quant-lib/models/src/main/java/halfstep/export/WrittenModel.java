package halfstep.export;

import halfstep.quant.Codes;
import halfstep.tensor.Matrix;

/** What was written, read again under the names it was written from. */
interface WrittenModel {

  Codes codes(String layer);

  /** The weight that the files stand for, {@code out × in}. */
  Matrix weight(String layer);

  /** A model read back as one. */
  static WrittenModel of(QuantizedModel model) {
    return new WrittenModel() {
      @Override
      public Codes codes(String layer) {
        return model.layer(layer).codes();
      }

      @Override
      public Matrix weight(String layer) {
        return model.layer(layer).dequantized();
      }
    };
  }
}
