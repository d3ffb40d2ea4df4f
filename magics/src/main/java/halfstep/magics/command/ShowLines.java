package halfstep.magics.command;

import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %show} and its commands. */
@Command(
    name = "show",
    description = "Look at weights, layers, packed words and files as they are.",
    subcommands = {
      ShowLines.Weights.class,
      ShowLines.Layer.class,
      ShowLines.Packing.class,
      ShowLines.File.class
    })
final class ShowLines {

  @Command(
      name = "weights",
      description = "Round a layer to nearest and see its weights on their grid.",
      footer = {
        "%show weights 0.down_proj --bits 3",
        "%show weights 0.q_proj --bits 4 --zero symmetric --show-group 5 --as rounded"
      })
  static final class Weights implements Line {
    @Parameters(
        arity = "0..1",
        paramLabel = "LAYER",
        description = "Layer of the loaded model; a unique part such as 0.down_proj is enough.")
    private @Nullable String layer;

    @Option(
        names = "--weights",
        paramLabel = "VARIABLE",
        description = "A Matrix variable instead of a layer.")
    private @Nullable String weights;

    @Mixin private final GridOptions grid = new GridOptions();

    @Option(
        names = "--zero",
        paramLabel = "KIND",
        converter = Converters.OfZero.class,
        completionCandidates = Converters.ZeroWords.class,
        description = "What a zero may be: ${COMPLETION-CANDIDATES}. Default float.")
    private ZeroPoint zero = ZeroPoint.FLOAT;

    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      if ((layer == null) == (weights == null)) {
        throw new UsageException(
            "%show weights takes a LAYER of the loaded model or --weights VARIABLE, one of the two;"
                + " for example %show weights 0.down_proj --bits 3");
      }
      return new ShowRequest.Weights(
          Optional.ofNullable(layer),
          Optional.ofNullable(weights),
          grid.spec().with(zero),
          show.group(),
          result.as());
    }
  }

  @Command(
      name = "layer",
      description = "How the weights of layers are distributed: moments, ends, outliers.",
      footer = {"%show layer 0.down_proj", "%show layer all --as moments"})
  static final class Layer implements Line {
    @Parameters(
        paramLabel = "LAYERS",
        description = "A layer, a role such as down_proj, a glob, names with commas, or all.")
    private String layers = "";

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new ShowRequest.Layer(layers, result.as());
    }
  }

  @Command(
      name = "packing",
      description = "Which bit of a packed word is whose, in each file format.",
      footer = {
        "%show packing awq",
        "%show packing gptq --bits 3",
        "%show packing hqq 0.down_proj --bits 4 --word 7 --as words"
      })
  static final class Packing implements Line {
    @Parameters(
        index = "0",
        paramLabel = "FORMAT",
        completionCandidates = PackingWord.Words.class,
        description = "${COMPLETION-CANDIDATES}.")
    private String format = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "LAYER",
        description =
            "A layer to round and pack, so that words have values. Default: layout alone.")
    private @Nullable String layer;

    @Mixin private final GridOptions grid = new GridOptions();

    @Option(
        names = "--word",
        paramLabel = "N",
        defaultValue = "0",
        description = "Index of the word in the packed tensor, from 0. Default 0.")
    private long word;

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      QuantSpec spec = grid.spec();
      if (word < 0) {
        throw new UsageException("--word %d: words are numbered from 0".formatted(word));
      }
      return new ShowRequest.Packing(
          PackingWord.of(format, spec), Optional.ofNullable(layer), spec, word, result.as());
    }
  }

  @Command(
      name = "file",
      description = "What a checkpoint holds: scheme, layers, tensors, values that are no numbers.",
      footer = "%show file natural")
  static final class File implements Line {
    @Parameters(
        paramLabel = "MODEL",
        description = "A model's name, a folder, or a file: safetensors or gguf.")
    private String path = "";

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new ShowRequest.StoredFile(path, result.as());
    }
  }
}
