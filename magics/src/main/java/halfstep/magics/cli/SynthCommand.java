package halfstep.magics.cli;

import halfstep.lab.memory.KnownShapes;
import halfstep.llm.ModelConfig;
import halfstep.magics.command.ByteSize;
import halfstep.synth.SyntheticModel;
import halfstep.synth.SyntheticModel.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code halfstep synth}: a checkpoint of a real model's shape that nobody trained. */
@Command(
    name = "synth",
    description =
        "Writes a checkpoint of a real model's shape, with weights that look like trained ones, for"
            + " trying out sizes.",
    footer = {
      "halfstep synth --like llama-3-8b --layers 23 --out big",
      "halfstep synth --like natural-folder --layers 2 --out small --seed 7"
    })
final class SynthCommand implements Callable<Integer> {

  @Option(
      names = "--like",
      required = true,
      paramLabel = "SHAPE",
      description =
          "llama-3-8b, llama-3-70b, mixtral-8x7b, …, or a folder whose config.json has the shape.")
  private String like = "";

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Blocks, instead of as many as the shape has.")
  private int layers;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to fill; it appears when it is complete.")
  private Path out = Path.of("");

  @Option(names = "--seed", paramLabel = "N", description = "Of all weights. Default 1.")
  private long seed = 1;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Largest file, such as 2GiB or 500MB. Default 5GB.")
  private String shard = "5GB";

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Result(String out, int tensors, long weights, long bytes, double seconds) {}

  @Override
  public Integer call() {
    SyntheticModel model = model();
    long mostBytes = mostBytes();
    long start = System.nanoTime();
    Written written;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "writing")) {
      written = model.write(out, mostBytes, meter::update);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Result result =
        new Result(out.toString(), written.tensors(), written.weights(), written.bytes(), seconds);
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), result);
    } else {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%d tensors, %.2f billion weights, %.2f GB in %.1f s: %s%n",
              result.tensors(),
              result.weights() / 1e9,
              result.bytes() / 1e9,
              seconds,
              out);
    }
    return 0;
  }

  private SyntheticModel model() {
    Path folder = Path.of(like);
    Optional<ModelConfig> known = KnownShapes.of(like);
    if (known.isEmpty() && !Files.isRegularFile(folder.resolve("config.json"))) {
      throw usage(
          "--like %s is neither a folder with a config.json nor one of %s"
              .formatted(like, String.join(", ", KnownShapes.names())));
    }
    if (spec.commandLine().getParseResult().hasMatchedOption("--layers") && layers < 1) {
      throw usage("--layers %d: a model has at least one block".formatted(layers));
    }
    return known.isPresent()
        ? SyntheticModel.of(known.get(), count(known.get()), seed)
        : SyntheticModel.like(folder, count(ModelConfig.read(folder)), seed);
  }

  private int count(ModelConfig shape) {
    return layers == 0 ? shape.layers() : layers;
  }

  private long mostBytes() {
    return UsageErrors.of(spec, () -> ByteSize.of("--max-shard-size", shard));
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
