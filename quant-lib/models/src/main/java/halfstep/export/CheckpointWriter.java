package halfstep.export;

import halfstep.pack.GptqPacking.Version;
import halfstep.quant.ZeroPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes one model in one format. */
public interface CheckpointWriter {

  /**
   * Refuses what the format cannot hold; looks at no weight.
   *
   * @throws ExportException naming the layer, the reason and the way out
   */
  void requirePossible();

  /** What a user should know, one sentence each. */
  List<String> remarks();

  /** Whether codes come back as they were. */
  boolean lossless();

  /**
   * Fills a folder.
   *
   * @param done hears of each layer that is written
   */
  void write(Path folder, Consumer<String> done);

  /** Opens what was written. */
  WrittenModel reopen(Path folder);

  /** The writer of a format. */
  static CheckpointWriter of(ExportFormat format, QuantizedModel model, Export.Settings settings) {
    return switch (format) {
      case AWQ -> new PackedWriter(model, new AwqFormat(), settings);
      case GPTQ -> new PackedWriter(model, gptq(model, Version.V1), settings);
      case GPTQ_V2 -> new PackedWriter(model, gptq(model, Version.V2), settings);
      case HQQ -> new PackedWriter(model, new HqqFormat(), settings);
      case COMPRESSED_TENSORS ->
          new PackedWriter(model, new CompressedTensorsFormat(Map.of()), settings);
      case PLAIN -> new PlainWriter(model, settings);
      case GGUF -> new GgufCheckpoint(model, settings.ggufType());
    };
  }

  private static GptqFormat gptq(QuantizedModel model, Version version) {
    String bits = model.spec(model.layers().getFirst()).bits().label();
    if (!List.of("2", "3", "4", "8").contains(bits)) {
      throw new ExportException(
          "GPTQ checkpoints hold 2, 3, 4 or 8 bits, not %s; use one of them, or compressed-tensors"
              .formatted(bits));
    }
    boolean symmetric =
        model.layers().stream()
            .allMatch(layer -> model.spec(layer).zeroPoint() == ZeroPoint.SYMMETRIC);
    return new GptqFormat(Integer.parseInt(bits), version, symmetric);
  }
}
