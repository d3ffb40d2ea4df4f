package halfstep.magics.run;

import halfstep.lab.Layers;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.NotFoundException;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** Weights by what a line calls them: a layer of the loaded model, or a variable. */
final class WeightSource {

  private final Stage stage;

  WeightSource(Stage stage) {
    this.stage = stage;
  }

  /**
   * Weights with their name for titles.
   *
   * @param weights {@code out × in}; not to be modified
   */
  record Named(String name, Matrix weights) {}

  /** The variable's matrix, or else the layer's. */
  Named find(Optional<String> layer, Optional<String> variable) {
    return variable
        .map(name -> new Named(name, matrix(name)))
        .orElseGet(() -> ofLayer(layer.orElseThrow()));
  }

  Named ofLayer(String word) {
    LoadedModel model = stage.session().model();
    String layer = model.names().one(word);
    return new Named(Layers.shortName(layer), model.weight(layer));
  }

  /**
   * The matrix that a variable holds.
   *
   * @throws NotFoundException if there is no such variable, or it holds something else
   */
  Matrix matrix(String variable) {
    Object value =
        stage
            .host()
            .variable(variable)
            .orElseThrow(() ->
                new NotFoundException(
                    "there is no variable %s that holds a Matrix; make one with Matrix %s = Matrix.of(rows, cols, …)"
                        .formatted(variable, variable)));
    if (value instanceof Matrix matrix) {
      return matrix;
    }
    throw new NotFoundException(
        "variable %s is a %s, but weights are a halfstep.tensor.Matrix; make one with Matrix.of(rows, cols, …)"
            .formatted(variable, value.getClass().getSimpleName()));
  }
}
