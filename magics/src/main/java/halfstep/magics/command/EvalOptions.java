package halfstep.magics.command;

import halfstep.eval.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The words of {@code %eval} and of {@code halfstep eval}. */
public final class EvalOptions {

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "A text file in UTF-8, or NAME=FILE. May be repeated: each is a domain with its own row.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "FILE.json",
      description = "Token ids instead of text: {\"stream\": [1, 2, …]}.")
  private @Nullable String tokens;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      converter = Converters.OfProtocol.class,
      completionCandidates = Converters.ProtocolWords.class,
      description =
          "papers: windows without overlap (default). llama.cpp: their second halves, BOS first."
              + " hqq: overlapping windows.")
  private Protocol protocol = Protocol.PAPERS;

  @Option(names = "--ctx", paramLabel = "N", description = "Tokens per window. Default 512.")
  private int ctx = 512;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Tokens from one window's start to the next. Default: --ctx; hqq: half of it.")
  private @Nullable Integer stride;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Use no more of each text than this.")
  private int maxTokens = Integer.MAX_VALUE;

  @Option(
      names = "--bos",
      paramLabel = "ID",
      description =
          "llama.cpp: the token put first in each window. Default: what the tokenizer puts first;"
              + " with --tokens none.")
  private @Nullable Integer bos;

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description =
          "Reference model: adds KL(reference ‖ model), its percentiles, Δp and same top-1.")
  private @Nullable String against;

  @Option(
      names = "--versus",
      paramLabel = "MODEL",
      description =
          "Another variant, with --against: a paired test which of the two is closer, window by"
              + " window.")
  private @Nullable String versus;

  /**
   * What they say.
   *
   * @throws UsageException if they do not go together
   */
  public EvalSettings settings() {
    if (!texts.isEmpty() && tokens != null) {
      throw new UsageException("--text and --tokens both say what to read; give one of them");
    }
    if (versus != null && against == null) {
      throw new UsageException(
          "--versus %s: closer to what? Name the reference with --against MODEL".formatted(versus));
    }
    return new EvalSettings(
        texts,
        Optional.ofNullable(tokens),
        protocol,
        ctx,
        number(stride),
        maxTokens,
        number(bos),
        Optional.ofNullable(against),
        Optional.ofNullable(versus));
  }

  private static OptionalInt number(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
