package halfstep.eval;

import halfstep.backend.Devices;
import halfstep.forward.DecoderWeights;
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

/**
 * A sweep's models on the device that the calling thread's work goes to. When the device fails, it
 * is not tried again.
 */
final class DeviceModels implements AutoCloseable {

  private final ForwardDevice device;
  private final Model reference;
  private final List<Model> models;
  private final Map<Model, LoadedDecoder> loaded = new IdentityHashMap<>();
  private boolean works = true;

  private DeviceModels(ForwardDevice device, Model reference, List<Model> models) {
    this.device = device;
    this.reference = reference;
    this.models = models;
  }

  /**
   * Brings models there.
   *
   * @param reference may be among the models
   * @return empty if the processor computes: nobody asked for a device, or it cannot take them all,
   *     which was said then
   */
  static Optional<DeviceModels> load(Model reference, List<Model> models) {
    Optional<ForwardDevice> device = Devices.kernel(ForwardDevice.class);
    if (device.isEmpty()) {
      return Optional.empty();
    }
    DeviceModels there = new DeviceModels(device.get(), reference, models);
    try {
      if (there.add(reference) && models.stream().allMatch(there::add)) {
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
    if (loaded.containsKey(model)) {
      return true;
    }
    Optional<DecoderWeights> weights = model.decoder();
    if (weights.isEmpty()) {
      Devices.say(
          "the forward pass of %s: the processor computed, not the GPU: its blocks have experts, and only one MLP for all tokens runs there."
              .formatted(model.folder().getFileName()));
      return false;
    }
    Optional<LoadedDecoder> decoder = device.load(weights.get());
    decoder.ifPresent(found -> loaded.put(model, found));
    return decoder.isPresent();
  }

  private LoadedDecoder of(Model model) {
    LoadedDecoder decoder = loaded.get(model);
    if (decoder == null) {
      throw new IllegalStateException(model + " was not loaded");
    }
    return decoder;
  }

  /**
   * Predictions beside the reference.
   *
   * @param next for each token of the windows, {@link ForwardDevice#NOT_SCORED} among them
   * @return a list per model; empty if the device cannot do it
   */
  Optional<List<List<Prediction>>> predict(TokenWindows windows, int[] next) {
    loaded.keySet().forEach(model -> windows.requireFit(model.config()));
    if (!works) {
      return Optional.empty();
    }
    List<int[]> each = new ArrayList<>();
    for (int w = 0; w < windows.count(); w++) {
      each.add(windows.window(w));
    }
    Optional<List<List<Prediction>>> found =
        device.predict(of(reference), models.stream().map(this::of).toList(), each, next);
    works = found.isPresent();
    return found;
  }

  @Override
  public void close() {
    loaded.values().forEach(LoadedDecoder::close);
  }
}
