package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;

/**
 * AWQ's statistics and losses on the GPU, for layers that are judged by their own output. The twin
 * of core's search within the rounding of half floats: a loss is off by about 1e-3 of itself at
 * most. For one thread.
 */
final class GpuAwq implements AutoCloseable {

  private final GpuDevice device;
  private final Held held = new Held();
  private final GpuStream stream;
  private final AwqGram gram;

  /**
   * Brings inputs to the GPU and multiplies them there.
   *
   * @param x finite inputs of the layers, {@code tokens × in}; not modified
   * @throws IllegalArgumentException if the GPU is older than Ampere
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room for them
   */
  GpuAwq(GpuDevice device, Matrix x) {
    if (!SquarePatches.supports(device)) {
      throw new IllegalArgumentException(
          "AWQ's losses on the GPU need sm_80 or newer, but this is %s"
              .formatted(device.capability()));
    }
    this.device = device;
    int tokens = Math.toIntExact(x.rows());
    try {
      this.stream = held.add(device.stream());
      this.gram = new AwqGram(device, tokens, Math.toIntExact(x.cols()), held);
      try (Held inputs = new Held()) {
        DeviceMemory floats = Uploads.segment(device, x.segment(), inputs);
        queue(List.of(gram.statistics(floats, 0, tokens), gram.salience()));
        queue(List.of(gram.inputs(floats, 0, tokens)));
        queue(gram.product());
        device.synchronize(stream);
      }
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void queue(List<Launch> launches) {
    launches.forEach(launch -> device.launch(launch, stream));
  }

  /** Mean of |x| of each channel; a new array. */
  float[] salience() {
    return Uploads.read(device, gram.means());
  }

  /**
   * Mean squared change of a layer's output under each of some scales.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @param spec groups along axis 1 whose zeros are codes, or the middle code
   * @param scales what to try
   * @return one loss each, over all tokens and outputs
   * @throws ShapeException if weights and inputs do not fit one another
   */
  double[] losses(Matrix w, QuantSpec spec, List<ChannelScales> scales) {
    if (w.cols() != gram.columns()) {
      throw new ShapeException(
          "weights are %s but the inputs have %d channels; in must agree"
              .formatted(w.shape(), gram.columns()));
    }
    spec.grouping(w.shape());
    try (Held layer = new Held()) {
      DeviceMemory weights = Uploads.segment(device, w.segment(), layer);
      AwqLosses losses =
          new AwqLosses(device, gram, weights, Math.toIntExact(w.rows()), spec, scales, layer);
      queue(losses.launches());
      device.synchronize(stream);
      return losses.read();
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
