package halfstep.forward;

import halfstep.metric.Prediction;
import java.util.List;
import java.util.Optional;

/**
 * Forward passes on a device. What it cannot do it has {@linkplain halfstep.backend.Devices#say
 * said}.
 */
public interface ForwardDevice {

  /** Stands for the token that follows where nothing is predicted. */
  int NOT_SCORED = -1;

  /**
   * Brings a model's weights to the device.
   *
   * @return empty if the device cannot take them
   */
  Optional<LoadedDecoder> load(DecoderWeights weights);

  /**
   * As {@link #load}, but brings only what a decoder that is there does not {@linkplain
   * DecoderWeights#shares share}.
   *
   * @param there loaded here; must stay open as long as the new one
   */
  Optional<LoadedDecoder> loadBeside(LoadedDecoder there, DecoderWeights weights);

  /**
   * What models predict beside a reference.
   *
   * @param reference loaded here; runs once
   * @param models loaded here, of the same vocabulary; the reference may be among them
   * @param windows token ids that the models know, each read from empty context, none empty
   * @param next for each token of the windows, one after the other, the token that followed, or
   *     {@link #NOT_SCORED}; not modified
   * @return for each model a prediction for each token of {@code next} that is scored, in order;
   *     empty if the device cannot do it
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  Optional<List<List<Prediction>>> predict(
      LoadedDecoder reference, List<LoadedDecoder> models, List<int[]> windows, int[] next);
}
