package halfstep.magics.command;

import halfstep.eval.Protocol;
import halfstep.eval.Windowing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an evaluation's line says.
 *
 * @param texts files, each {@code FILE} or {@code NAME=FILE}
 * @param tokens a file of token ids instead
 * @param protocol how the text is read
 * @param ctx tokens per window
 * @param stride from one window's start to the next one's; the protocol's own if empty
 * @param maxTokens no more of each text is used
 * @param bos the token that llama.cpp's protocol puts first in each window; the tokenizer's if
 *     empty
 * @param against the reference model
 * @param versus another variant, tested against the model
 */
public record EvalSettings(
    List<String> texts,
    Optional<String> tokens,
    Protocol protocol,
    int ctx,
    OptionalInt stride,
    int maxTokens,
    OptionalInt bos,
    Optional<String> against,
    Optional<String> versus) {

  /** Takes a copy of the list. */
  public EvalSettings {
    texts = List.copyOf(texts);
  }

  /**
   * The protocol with its numbers.
   *
   * @param usualBos what the tokenizer puts at the start of a text
   * @throws IllegalArgumentException if the protocol does not have these numbers
   */
  public Windowing windowing(OptionalInt usualBos) {
    OptionalInt first = bos.isEmpty() && protocol == Protocol.LLAMA_CPP ? usualBos : bos;
    int usual = protocol == Protocol.HQQ ? Math.max(2, ctx / 2) : ctx;
    return new Windowing(protocol, ctx, stride.orElse(usual), maxTokens, first);
  }
}
