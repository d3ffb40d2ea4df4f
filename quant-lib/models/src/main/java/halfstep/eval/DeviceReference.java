package halfstep.eval;

import halfstep.backend.Devices;
import halfstep.forward.DecoderWeights;
import halfstep.forward.ForwardDevice;
import halfstep.forward.LoadedDecoder;
import halfstep.llm.Model;
import java.util.Optional;

/**
 * The model that others are compared with, on a device.
 *
 * @param device where it is
 * @param model as it is here
 * @param decoder as it is there
 */
record DeviceReference(ForwardDevice device, Model model, LoadedDecoder decoder)
    implements AutoCloseable {

  /**
   * Brings a model to the device that the calling thread's work goes to.
   *
   * @return empty if the processor computes: nobody asked for a device, or it cannot take the
   *     model, which was said then
   */
  static Optional<DeviceReference> load(Model model) {
    return Devices.kernel(ForwardDevice.class)
        .flatMap(device ->
            weights(model)
                .flatMap(device::load)
                .map(decoder -> new DeviceReference(device, model, decoder)));
  }

  /** Brings what of another model is not this one's. */
  Optional<LoadedDecoder> beside(Model other) {
    return weights(other).flatMap(weights -> device.loadBeside(decoder, weights));
  }

  private static Optional<DecoderWeights> weights(Model model) {
    Optional<DecoderWeights> weights = model.decoder();
    if (weights.isEmpty()) {
      Devices.say(
          "the forward pass of %s: the processor computed, not the GPU: its blocks have experts, and only one MLP for all tokens runs there."
              .formatted(model.folder().getFileName()));
    }
    return weights;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
