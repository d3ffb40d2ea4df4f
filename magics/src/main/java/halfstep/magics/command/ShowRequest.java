package halfstep.magics.command;

import halfstep.pack.BitPacking;
import halfstep.quant.QuantSpec;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code %show} shows. */
public sealed interface ShowRequest extends Request {

  /**
   * {@code %show weights}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   * @param group number of the group whose grid is drawn
   */
  record Weights(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      OptionalInt group,
      Optional<String> as)
      implements ShowRequest {}

  /**
   * {@code %show layer}.
   *
   * @param layers a layer, a role, a glob, names with commas, or {@code all}
   */
  record Layer(String layers, Optional<String> as) implements ShowRequest {}

  /**
   * {@code %show packing}.
   *
   * @param layer the layer to pack; the layout alone if empty
   * @param spec how the layer is rounded first
   * @param word index of the word in the packed tensor
   */
  record Packing(
      BitPacking packing, Optional<String> layer, QuantSpec spec, long word, Optional<String> as)
      implements ShowRequest {}

  /**
   * {@code %show file}.
   *
   * @param path a model's name, a folder or a file
   */
  record StoredFile(String path, Optional<String> as) implements ShowRequest {}
}
