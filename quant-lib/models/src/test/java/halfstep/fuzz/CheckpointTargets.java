package halfstep.fuzz;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.export.HeaderInspection;
import halfstep.export.QuantizedModel;
import halfstep.export.QuantizedModels;
import halfstep.job.QuantizeJob;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Quantized checkpoints of every format, and runs of our own. */
final class CheckpointTargets {

  private static final List<String> FOLDER = List.of("config.json", "+model.safetensors");
  private static final List<String> RUN = List.of("manifest.json", "+quantized.safetensors");
  private static final List<String> GGUF = List.of("model.gguf");

  private final Path folder;
  private final Path dense;
  private final Path mixture;
  private int made;

  CheckpointTargets(Path folder) throws IOException {
    this.folder = folder;
    this.dense = TinyModel.written(folder.resolve("dense"), TinyModel.DENSE);
    this.mixture = TinyModel.written(folder.resolve("mixture"), TinyModel.MIXTURE);
  }

  Path dense() {
    return dense;
  }

  List<FuzzTarget> all() throws IOException {
    return List.of(
        target(
            "awq",
            FOLDER,
            exported(run(dense, 4, 32, ZeroPoint.INTEGER), ExportFormat.AWQ),
            exported(run(mixture, 4, 16, ZeroPoint.INTEGER), ExportFormat.AWQ)),
        target(
            "gptq",
            FOLDER,
            exported(run(dense, 4, 32, ZeroPoint.SYMMETRIC), ExportFormat.GPTQ),
            exported(run(dense, 3, 32, ZeroPoint.INTEGER), ExportFormat.GPTQ_V2),
            exported(run(dense, 2, 16, ZeroPoint.INTEGER), ExportFormat.GPTQ_V2)),
        target(
            "hqq",
            FOLDER,
            exported(run(dense, 4, 32, ZeroPoint.FLOAT), ExportFormat.HQQ),
            exported(run(dense, 3, 32, ZeroPoint.FLOAT), ExportFormat.HQQ),
            exported(run(dense, 1, 16, ZeroPoint.FLOAT), ExportFormat.HQQ)),
        target(
            "compressed-tensors",
            FOLDER,
            exported(run(dense, 4, 32, ZeroPoint.SYMMETRIC), ExportFormat.COMPRESSED_TENSORS),
            exported(run(dense, 3, 16, ZeroPoint.INTEGER), ExportFormat.COMPRESSED_TENSORS)),
        target(
            "gguf",
            GGUF,
            exported(run(dense, 4, 32, ZeroPoint.SYMMETRIC), ExportFormat.GGUF),
            exported(run(dense, 4, 32, ZeroPoint.FLOAT), ExportFormat.GGUF),
            exported(run(mixture, 8, 32, ZeroPoint.SYMMETRIC), ExportFormat.GGUF),
            exported(run(mixture, 5, 32, ZeroPoint.FLOAT), ExportFormat.GGUF)),
        target(
            "run",
            RUN,
            run(dense, 4, 32, ZeroPoint.INTEGER),
            run(mixture, 2, QuantSpec.WHOLE, ZeroPoint.FLOAT)));
  }

  private Path run(Path model, int bits, int group, ZeroPoint zero) {
    Path run = folder.resolve("made-" + made++);
    QuantSpec spec = QuantSpec.of(bits, group).with(zero);
    QuantizeJob.of(model, run, spec, zero == ZeroPoint.FLOAT ? Hqq.DEFAULT : new Rtn()).run();
    return run;
  }

  private Path exported(Path run, ExportFormat format) {
    Path out = folder.resolve("made-" + made++);
    new Export(run, out, format).run();
    return out;
  }

  private FuzzTarget target(String name, List<String> files, Path... made) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    List<byte[]> seeds = new ArrayList<>();
    for (Path each : made) {
      seeds.add(FolderTarget.seed(each, files));
    }
    return new FolderTarget(name, own, files, seeds, CheckpointTargets::readAll);
  }

  /** All that anything of ours asks of such a folder. */
  private static void readAll(Path folder) {
    QuantizedModels.isQuantized(folder);
    if (Files.exists(folder.resolve("model.safetensors"))) {
      HeaderInspection.of(Checkpoint.open(folder).tensors(), () -> folder.resolve("config.json"));
    }
    QuantizedModel model = QuantizedModels.open(folder);
    model.config();
    for (String layer : model.layers()) {
      model.shape(layer);
      model.spec(layer);
      model.indexed(layer);
      model.channelScales(layer);
      model.layer(layer).bitsPerWeight();
      model.original(layer);
    }
    model.rest().forEach(info -> model.restMatrix(info.name()));
    model.rest().forEach(info -> model.restBytes(info.name(), bytes -> {}));
  }
}
