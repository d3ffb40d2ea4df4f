package halfstep.cuda;

import halfstep.backend.Devices;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuException;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.quant.Axis;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a matrix through a device, tile by tile, two at a time: while the device works on one, the
 * host fills and empties the other. Groups lie one after another on the device, whatever the axis.
 */
final class GroupTiles {

  /** Weights of a tile: long enough to hide a launch, short enough to be interrupted. */
  private static final int WEIGHTS = 1 << 22;

  private final GpuDevice device;
  private final PinnedPool pins;
  private final Matrix w;
  private final QuantSpec spec;
  private final String what;
  private final Grouping grouping;
  private final Matrix scales;
  private final Matrix zeros;
  private final Codes codes;
  private boolean refused;

  /** Whether all weights were bf16 numbers so far, or look like it. */
  private boolean narrow;

  /**
   * @param pins gives pinned memory, and the device
   * @param w finite weights, {@code out × in}; not modified
   * @param what names the work if it is interrupted
   */
  GroupTiles(PinnedPool pins, Matrix w, QuantSpec spec, String what) {
    this.device = pins.device();
    this.pins = pins;
    this.w = w;
    this.spec = spec;
    this.what = what;
    this.grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    this.scales = Matrix.zeros(params.rows(), params.cols());
    this.zeros = Matrix.zeros(params.rows(), params.cols());
    this.codes = Codes.zeros(w.shape());
    this.narrow = Narrowing.isPromising(w);
  }

  /**
   * Runs a kernel on all groups. Where memory is short, tiles get smaller, down to one block.
   *
   * @return empty if some group's range is beyond float32
   * @throws OutOfDeviceMemoryException if not even two tiles of one block fit
   */
  Optional<QuantizedMatrix> run(GroupKernel kernel) {
    int perBlock = grouping.groupsPerBlock();
    int most =
        (int) Math.min(grouping.blocks(), Math.max(1, WEIGHTS / (perBlock * grouping.size())));
    return Shrinking.halving(
        most,
        blocks -> {
          int groups = (int) Math.min(grouping.groups(), (long) blocks * perBlock);
          return run(kernel, groups, blocks < most);
        });
  }

  private Optional<QuantizedMatrix> run(GroupKernel kernel, int most, boolean shrunk) {
    try (Held held = new Held()) {
      List<Tile> tiles = new ArrayList<>();
      for (int i = 0; i < Math.min(2, Math.ceilDiv(grouping.groups(), most)); i++) {
        tiles.add(new Tile(pins, most, grouping.size(), kernel.errors(most), narrow, held));
      }
      if (shrunk) {
        Devices.say(
            "%s of %s: the GPU's memory is short, so it went there in parts of at most %,d weights."
                .formatted(what, w.shape(), (long) most * grouping.size()));
      }
      pass(kernel, tiles, most);
      return refused
          ? Optional.empty()
          : Optional.of(new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros)));
    }
  }

  private void pass(GroupKernel kernel, List<Tile> tiles, int most) {
    boolean done = false;
    try {
      int turn = 0;
      for (long first = 0; first < grouping.groups(); first += most) {
        Parallel.checkInterrupt(what);
        Tile tile = tiles.get(turn++ % tiles.size());
        finish(kernel, tile);
        tile.first = first;
        tile.groups = (int) Math.min(most, grouping.groups() - first);
        fill(tile);
        tile.upload();
        kernel.launch(tile);
        tile.download();
      }
      for (int i = 0; i < tiles.size(); i++) {
        finish(kernel, tiles.get(turn++ % tiles.size()));
      }
      done = true;
    } finally {
      if (!done) {
        tiles.forEach(this::settle);
      }
    }
  }

  /** Copies may still go to and from a tile's memory, which is another matrix's next. */
  private void settle(Tile tile) {
    try {
      device.synchronize(tile.stream);
    } catch (GpuException _) {
      pins.close(); // what cannot be waited for must not be another's; why is being told already
    }
  }

  /** A matrix that turns out to be more than bf16 pays with one tile that was copied in vain. */
  private void fill(Tile tile) {
    MemorySegment from = weights(tile);
    MemorySegment into = tile.hostWeights.segment();
    narrow = narrow && Narrowing.narrow(from, into, what);
    tile.narrow = narrow;
    if (!narrow) {
      Uploads.copy(from, into, what);
    }
  }

  /** A tile's weights, group after group. */
  private MemorySegment weights(Tile tile) {
    int size = grouping.size();
    if (spec.axis() == Axis.IN) {
      long from = tile.first * size * Float.BYTES;
      return w.segment().asSlice(from, (long) tile.groups * size * Float.BYTES);
    }
    float[] values = new float[tile.groups * size];
    grouping.read(w, tile.first, tile.groups, values);
    return MemorySegment.ofArray(values);
  }

  /** Waits for what is under way in a tile and writes it where it belongs. */
  private void finish(GroupKernel kernel, Tile tile) {
    if (tile.groups == 0) {
      return;
    }
    device.synchronize(tile.stream);
    refused |= tile.isRefused();
    int count = tile.groups * grouping.size();
    MemorySegment solved = tile.hostCodes.segment().asSlice(0, count);
    if (spec.axis() == Axis.IN) {
      Uploads.copy(solved, codes.segment().asSlice(tile.first * grouping.size(), count), what);
    } else {
      grouping.write(codes, tile.first, tile.groups, solved.toArray(ValueLayout.JAVA_BYTE));
    }
    scales.write(tile.first, Tile.floats(tile.hostScales, tile.groups), 0, tile.groups);
    zeros.write(tile.first, Tile.floats(tile.hostZeros, tile.groups), 0, tile.groups);
    kernel.finished(tile);
    tile.groups = 0;
  }
}
