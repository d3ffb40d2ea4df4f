package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How long AWQ's statistics and losses take for a block of a Llama-3-8B: each group of layers its
 * own Gram matrix, 20 ratios. Inputs, weights and scales lie on the device before.
 */
final class AwqRates {

  /** Layers that share an input. */
  private record Group(int in, List<Integer> outs) {}

  private final GpuDevice device;
  private final DeviceClock clock;
  private final boolean small;
  private final List<Group> groups;
  private final int ratios;
  private final int tokens;
  private final int stretch;

  /**
   * @param small whether only to see that everything runs
   */
  AwqRates(GpuDevice device, boolean small) {
    this.device = device;
    this.clock = new DeviceClock(device, small ? 2 : 5);
    this.small = small;
    int hidden = small ? 64 : 4096;
    int keys = small ? 32 : 1024;
    int inner = small ? 128 : 14336;
    this.groups =
        List.of(
            new Group(hidden, List.of(hidden, keys, keys)),
            new Group(hidden, List.of(hidden)),
            new Group(hidden, List.of(inner, inner)),
            new Group(inner, List.of(hidden)));
    this.ratios = small ? 1 : 20;
    this.tokens = small ? 544 : 128 * 512;
    this.stretch = small ? 512 : 4096;
  }

  /** None where the device has no tensor cores that the kernels know. */
  List<CheckRow> all() {
    if (!SquarePatches.supports(device)) {
      return List.of();
    }
    QuantSpec spec = new QuantSpec(Bits.FOUR, small ? 32 : 128, Axis.IN, ZeroPoint.INTEGER);
    Group down = groups.getLast();
    int rows = Math.max(stretch, down.outs().getFirst());
    try (Held held = new Held()) {
      // weights and inputs of every layer are the beginning of the same numbers
      Matrix numbers = Agreements.gaussian(rows, down.in(), 0.02f);
      DeviceMemory values = Uploads.segment(device, numbers.segment(), held);
      List<Launch> statistics = new ArrayList<>();
      List<Launch> losses = new ArrayList<>();
      for (Group group : groups) {
        statistics.addAll(gram(group, values, spec, losses, held));
      }
      double products = 0;
      double searches = 0;
      for (Group group : groups) {
        double halfSquare = (double) group.in() * group.in();
        products += halfSquare * tokens;
        for (int out : group.outs()) {
          searches += halfSquare * out * ratios;
        }
      }
      List<Launch> everything = new ArrayList<>(statistics);
      everything.addAll(losses);
      return List.of(
          row("awq's statistics and XᵀX", statistics, (long) products),
          row("awq's losses, %d ratios".formatted(ratios), losses, (long) searches),
          row("awq search", everything, (long) (products + searches)));
    }
  }

  private List<Launch> gram(
      Group group, DeviceMemory values, QuantSpec spec, List<Launch> losses, Held held) {
    AwqGram gram = new AwqGram(device, tokens, group.in(), held);
    List<Launch> launches = new ArrayList<>();
    for (int first = 0; first < tokens; first += stretch) {
      launches.add(gram.statistics(values, first, Math.min(stretch, tokens - first)));
    }
    launches.add(gram.salience());
    for (int first = 0; first < tokens; first += stretch) {
      launches.add(gram.inputs(values, first, Math.min(stretch, tokens - first)));
    }
    launches.addAll(gram.product());
    List<ChannelScales> scales = scales(group.in());
    for (int out : group.outs()) {
      int atOnce = AwqLosses.atOnce(gram, out, ratios);
      losses.addAll(
          new AwqLosses(device, gram, values, out, spec, scales, atOnce, held).launches());
    }
    return launches;
  }

  private List<ChannelScales> scales(int channels) {
    SplittableRandom random = new SplittableRandom(channels);
    List<ChannelScales> scales = new ArrayList<>();
    for (int i = 0; i < ratios; i++) {
      float[] values = new float[channels];
      for (int c = 0; c < channels; c++) {
        values[c] = 0.5f + random.nextFloat();
      }
      scales.add(ChannelScales.of(values));
    }
    return scales;
  }

  private CheckRow row(String name, List<Launch> launches, long operations) {
    long weights = 0;
    long inputs = 0;
    for (Group group : groups) {
      weights += group.outs().stream().mapToLong(out -> (long) out * group.in()).sum();
      inputs += (long) tokens * group.in();
    }
    return clock
        .row(
            name,
            small ? "tiny shapes" : "a block of 8B",
            Float.BYTES * (weights + inputs),
            stream -> launches.forEach(launch -> device.launch(launch, stream)))
        .of(operations);
  }
}
