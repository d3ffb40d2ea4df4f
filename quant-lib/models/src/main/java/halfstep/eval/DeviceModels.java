package halfstep.eval;

import halfstep.forward.ForwardDevice;
import halfstep.forward.LoadedDecoder;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.metric.Prediction;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sweep's models on a device. When the device fails, it is not tried again. */
final class DeviceModels implements AutoCloseable {

  private final DeviceReference reference;
  private final List<Model> models;
  private final Map<Model, LoadedDecoder> loaded = new IdentityHashMap<>();
  private boolean works = true;

  private DeviceModels(DeviceReference reference, List<Model> models) {
    this.reference = reference;
    this.models = models;
  }

  /**
   * Brings models to where a reference is.
   *
   * @param models the reference may be among them
   * @return empty if the device cannot take them all, which was said then
   */
  static Optional<DeviceModels> beside(DeviceReference reference, List<Model> models) {
    DeviceModels there = new DeviceModels(reference, models);
    try {
      if (models.stream().allMatch(there::add)) {
        return Optional.of(there);
      }
    } catch (RuntimeException e) {
      there.close();
      throw e;
    }
    there.close();
    return Optional.empty();
  }

  private boolean add(Model model) {
    if (model == reference.model() || loaded.containsKey(model)) {
      return true;
    }
    Optional<LoadedDecoder> decoder = reference.beside(model);
    decoder.ifPresent(found -> loaded.put(model, found));
    return decoder.isPresent();
  }

  private LoadedDecoder of(Model model) {
    return loaded.getOrDefault(model, reference.decoder());
  }

  /**
   * Predictions beside the reference.
   *
   * @param next for each token of the windows, {@link ForwardDevice#NOT_SCORED} among them
   * @return a list per model; empty if the device cannot do it
   */
  Optional<List<List<Prediction>>> predict(TokenWindows windows, int[] next) {
    windows.requireFit(reference.model().config());
    models.forEach(model -> windows.requireFit(model.config()));
    if (!works) {
      return Optional.empty();
    }
    List<int[]> each = new ArrayList<>();
    for (int w = 0; w < windows.count(); w++) {
      each.add(windows.window(w));
    }
    Optional<List<List<Prediction>>> found =
        reference
            .device()
            .predict(reference.decoder(), models.stream().map(this::of).toList(), each, next);
    works = found.isPresent();
    return found;
  }

  /** Gives back what is not the reference's. */
  @Override
  public void close() {
    loaded.values().forEach(LoadedDecoder::close);
  }
}
