package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %load}, {@code %param} and {@code %help}. */
final class SessionLines {

  private SessionLines() {}

  @Command(
      name = "load",
      description =
          "Open a model: the embedded natural, salient or experts, a folder, a safetensors"
              + " file, or owner/name from the Hugging Face hub (owner/name@revision for another"
              + " branch).",
      footer = {"%load natural", "%load salient --as model"})
  static final class Load implements Line {
    @Parameters(
        paramLabel = "MODEL",
        description =
            "A model's name, its folder, one .safetensors file, or owner/name of the hub.")
    private String source = "";

    @Option(
        names = "--else",
        paramLabel = "MODEL",
        description = "What to load if the hub cannot be reached and its cache lacks the model.")
    private @Nullable String otherwise;

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new Request.Load(source, Optional.ofNullable(otherwise), result.as());
    }
  }

  @Command(
      name = "param",
      description =
          "Declare a parameter of the notebook; the environment variable HALFSTEP_PARAM_NAME"
              + " overrides it. Any of our lines may then say $${NAME}.",
      footer = {"%param MODEL=natural", "%load $${MODEL}"})
  static final class Param implements Line {
    @Parameters(arity = "1..*", paramLabel = "NAME=VALUE", description = "Its name and value.")
    private List<String> assignment = new ArrayList<>();

    @Override
    public Request request() {
      String text = String.join(" ", assignment);
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals).strip();
      if (equals < 0 || !ResultOptions.isVariable(name)) {
        throw new UsageException(
            "%%param takes NAME=value with a Java identifier as NAME, for example %%param MODEL=natural; got \"%s\""
                .formatted(text));
      }
      return new Request.Param(name, text.substring(equals + 1).strip());
    }
  }

  @Command(
      name = "help",
      description = "What the magics are, or all about one of them.",
      footer = {"%help", "%help hqq start", "%help methods", "%help awq --code"})
  static final class Help implements Line {
    @Parameters(
        arity = "0..2",
        paramLabel = "COMMAND",
        description = "The magic to explain, or one of its commands, or a topic of several.")
    private List<String> command = new ArrayList<>();

    @Option(names = "--code", description = "Tell where its code is.")
    private boolean code;

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      String words = String.join(" ", command);
      return new Request.Help(
          words.isEmpty()
              ? Optional.empty()
              : Optional.of(words.startsWith("%") ? words.substring(1) : words),
          code,
          result.as());
    }
  }
}
