package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.JobMemory;
import halfstep.job.JobReport;
import halfstep.job.LayerStore;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.Checksums;
import halfstep.safetensors.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A checkpoint that is filled while its layers are quantized: each is packed, written to its place,
 * read again from there and compared. What is not quantized is copied bit by bit between them.
 */
final class PackedStore implements LayerStore {

  /** A part of a large shard. */
  private static final long MOST = 64 << 20;

  private final Path folder;
  private final PlannedModel model;
  private final PackedWriter packed;
  private final PackedTarget target;
  private final ShardedWriter files;
  private final TensorFiles written;
  private final LayerFormat reader;
  private final RestCopy rest;
  private final double restPerByte;

  /**
   * Bytes after which what was written is sent to the disk, rather than all of it at the end, and
   * in which the rest is copied.
   */
  private final long part;

  private double due;
  private double deviation;
  private long unforced;

  PackedStore(Path folder, PackedTarget target, PlannedModel model, PackedWriter packed) {
    this.folder = folder;
    this.model = model;
    this.packed = packed;
    this.target = target;
    this.files = ShardedWriter.keeping(folder, packed.tensors(), target.settings().shardBytes());
    this.written = TensorFiles.over(folder, files.unfinished());
    this.reader = Schemes.of(folder, packed.config(), written.names());
    this.part = Math.min(MOST, target.settings().shardBytes());
    this.rest = new RestCopy(model, files);
    long layers = model.layers().stream().mapToLong(this::bytes).sum();
    this.restPerByte = (double) rest.bytes() / Math.max(1, layers);
  }

  @Override
  public long bytes(String layer) {
    return packed.tensors(layer).stream().mapToLong(TensorInfo::bytes).sum();
  }

  @Override
  public Stored write(String layer, QuantizedMatrix quantized) {
    copyDue();
    Map<String, Long> sums = new LinkedHashMap<>();
    Map<String, MemorySegment> tensors = JobMemory.patiently(() -> pack(layer, quantized));
    tensors.forEach((tensor, bytes) -> {
      sums.put(tensor, Checksums.crc32c(bytes));
      files.write(tensor, bytes);
    });
    double most =
        JobMemory.patiently(
            () -> ReadBack.deviation(layer, quantized, reader.read(written, layer)));
    Stored stored = new Stored(sums, OptionalDouble.of(most));
    wrote(bytes(layer));
    due += restPerByte * bytes(layer);
    count(stored);
    return stored;
  }

  private void wrote(long bytes) {
    unforced += bytes;
    if (unforced >= part) {
      files.force();
      unforced = 0;
    }
  }

  /** Copies as much of the rest as there are layers written. */
  private void copyDue() {
    while (due >= part && !rest.isDone()) {
      long count = rest.copy(part);
      due -= count;
      wrote(count);
    }
  }

  private Map<String, MemorySegment> pack(String layer, QuantizedMatrix quantized) {
    Map<String, MemorySegment> tensors = new LinkedHashMap<>();
    packed.format().write(layer, quantized, tensors::put);
    return tensors;
  }

  private void count(Stored stored) {
    deviation = Math.max(deviation, stored.deviation().orElse(0));
  }

  @Override
  public boolean accept(String layer, Stored stored) {
    boolean intact = files.accept(stored.checksums());
    if (intact) {
      count(stored);
    }
    return intact;
  }

  @Override
  public void finish(ObjectNode manifest, JobReport report) {
    while (!rest.isDone()) {
      wrote(rest.copy(part));
    }
    files.finish();
    packed.furnish(folder);
    ReadBack back = new ReadBack(model.layers().size(), 0, deviation);
    ExportReport exported = target.exported(report.out(), back, packed.remarks());
    ExportManifest.write(
        folder.resolve(RawRun.MANIFEST), target.settings(), model, exported, manifest);
  }

  @Override
  public void close() {
    files.close();
  }
}
