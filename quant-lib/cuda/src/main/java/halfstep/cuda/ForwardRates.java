package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How long a block of a Llama-3-8B takes in float32. */
final class ForwardRates {

  private final GpuDevice device;
  private final boolean small;

  /**
   * @param small whether only to see that everything runs
   */
  ForwardRates(GpuDevice device, boolean small) {
    this.device = device;
    this.small = small;
  }

  List<CheckRow> all() {
    DecoderShape.Heads heads =
        small
            ? new DecoderShape.Heads(4, 2, 8, 4096, false, false)
            : new DecoderShape.Heads(32, 8, 128, 8192, false, false);
    DecoderShape shape =
        small
            ? new DecoderShape(64, 32, 48, 1, heads, 1e-5f, true)
            : new DecoderShape(1024, 4096, 14336, 1, heads, 1e-5f, true);
    return List.of(block(shape, small ? 20 : 512));
  }

  /** Two windows of tokens through a block whose weights are zeros. */
  private CheckRow block(DecoderShape shape, int window) {
    try (Held held = new Held()) {
      Map<Part, DeviceMemory> weights = new EnumMap<>(Part.class);
      long size = 0;
      for (Part part : shape.parts()) {
        weights.put(part, Uploads.zeros(device, shape.shape(part).size() * Float.BYTES, held));
        size += shape.shape(part).size();
      }
      int[] tokens = ForwardAgreements.tokens(window, shape.vocabulary());
      WindowsOnDevice windows =
          WindowsOnDevice.of(device, List.of(tokens, tokens), new RandomDecoder(shape), held);
      List<Launch> launches =
          new DecoderPass(new ForwardKernels(device), shape, windows, held).block(weights);
      return new DeviceClock(device, small ? 2 : 11)
          .row(
              "forward pass of a block, %d tokens".formatted(windows.count()),
              small ? "tiny shapes" : "Llama-3-8B",
              size * Float.BYTES,
              queue -> launches.forEach(launch -> device.launch(launch, queue)))
          .of(2L * windows.count() * size);
    }
  }
}
