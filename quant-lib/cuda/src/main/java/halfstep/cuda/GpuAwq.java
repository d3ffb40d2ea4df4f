package halfstep.cuda;

import halfstep.backend.Devices;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.List;

/**
 * AWQ's statistics and losses on the GPU, for layers that are judged by their own output. The twin
 * of core's search within the rounding of half floats: a loss is off by about 1e-3 of itself at
 * most. For one thread.
 */
final class GpuAwq implements AutoCloseable {

  private static final String WORK = "the AWQ scale search";

  /** Inputs that go there at a time: as many are pinned on the host. */
  private static final int AT_ONCE = 1 << 26;

  private final GpuDevice device;
  private final Held held = new Held();
  private final GpuStream stream;
  private final AwqGram gram;

  /**
   * Brings inputs to the GPU and multiplies them there.
   *
   * @param x finite inputs of the layers, {@code tokens × in}; not modified
   * @throws IllegalArgumentException if the GPU is older than Ampere
   * @throws OutOfDeviceMemoryException if there is no room, not even for a slice of them at a time
   */
  GpuAwq(GpuDevice device, Matrix x) {
    if (!SquarePatches.supports(device)) {
      throw new IllegalArgumentException(
          "AWQ's losses on the GPU need sm_80 or newer, but this is %s"
              .formatted(device.capability()));
    }
    this.device = device;
    try {
      this.stream = held.add(device.stream());
      this.gram = new AwqGram(device, Math.toIntExact(x.rows()), Math.toIntExact(x.cols()), held);
      multiply(x);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** All inputs at a time, or, where they are many or memory is short, stretches of tokens. */
  private void multiply(Matrix x) {
    int most = Math.min(gram.tokens(), slices(AT_ONCE / gram.columns()));
    Shrinking.by(
        tokens -> slices(tokens / 2),
        most,
        tokens -> {
          if (tokens < most) {
            Devices.say(
                "AWQ's inputs of %s: the GPU's memory is short, so they went there in smaller parts."
                    .formatted(x.shape()));
          }
          try (Held room = new Held()) {
            multiply(x, new Stretch(device, tokens, gram.columns(), room));
          }
          return tokens;
        });
  }

  private static int slices(int tokens) {
    return Math.max(1, tokens / AwqGram.SLICE) * AwqGram.SLICE;
  }

  /** Some tokens' inputs on the device, and where the host puts them before. */
  private record Stretch(int tokens, DeviceMemory there, HostMemory here) {
    Stretch(GpuDevice device, int tokens, int columns, Held held) {
      long bytes = (long) tokens * columns * Float.BYTES;
      this(tokens, held.add(device.allocate(bytes)), held.add(device.pin(bytes)));
    }
  }

  private void multiply(Matrix x, Stretch stretch) {
    try {
      pass(x, stretch, false, gram::statistics);
      queue(List.of(gram.salience()));
      pass(x, stretch, stretch.tokens() == gram.tokens(), gram::inputs);
      queue(gram.product());
    } finally {
      device.synchronize(stream);
    }
  }

  /** What is queued for tokens that lie on the device. */
  private interface Work {
    Launch of(DeviceMemory x, int first, int count);
  }

  private void pass(Matrix x, Stretch stretch, boolean there, Work work) {
    long token = x.cols() * Float.BYTES;
    for (int first = 0; first < gram.tokens(); first += stretch.tokens()) {
      Parallel.checkInterrupt(WORK);
      int count = Math.min(stretch.tokens(), gram.tokens() - first);
      if (!there) {
        device.synchronize(stream); // the stretch before has left its memory
        Uploads.copy(
            x.segment().asSlice(first * token, count * token), stretch.here.segment(), WORK);
        device.upload(stretch.here, stretch.there, count * token, stream);
        x.leave(first * x.cols(), count * x.cols());
      }
      queue(List.of(work.of(stretch.there, first, count)));
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
    int most = AwqLosses.atOnce(gram, Math.toIntExact(w.rows()), scales.size());
    return Shrinking.halving(
        most,
        atOnce -> {
          if (atOnce < most) {
            Devices.say(
                "AWQ's losses of %s: the GPU's memory is short, so fewer ratios went there at a time."
                    .formatted(w.shape()));
          }
          return losses(w, spec, scales, atOnce);
        });
  }

  private double[] losses(Matrix w, QuantSpec spec, List<ChannelScales> scales, int atOnce) {
    Parallel.checkInterrupt(WORK);
    int rows = Math.toIntExact(w.rows());
    try (Held layer = new Held()) {
      DeviceMemory weights = Uploads.segment(device, w.segment(), layer);
      AwqLosses losses = new AwqLosses(device, gram, weights, rows, spec, scales, atOnce, layer);
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
