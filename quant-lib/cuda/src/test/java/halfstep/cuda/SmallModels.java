package halfstep.cuda;

import halfstep.llm.Model;
import halfstep.synth.SyntheticModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models of all supported architectures with odd sides, written where a test wants them. */
final class SmallModels {

  private static final String CONFIG =
      """
      {"model_type": "%s", "hidden_act": "silu", "rms_norm_eps": 1e-05, "hidden_size": 20,
       "intermediate_size": 37, "num_hidden_layers": 2, "vocab_size": 131,
       "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 6,
       "max_position_embeddings": 4096, "rope_theta": 500, "tie_word_embeddings": %s %s}
      """;

  private SmallModels() {}

  /**
   * @param tied whether the embedding is the head
   * @param more keys of {@code config.json}, each behind a comma
   */
  static Model of(Path folder, String type, boolean tied, String more) {
    try {
      Path shape = Files.createDirectories(folder.resolve("shape"));
      Files.writeString(shape.resolve("config.json"), CONFIG.formatted(type, tied, more));
      Path out = folder.resolve("model");
      SyntheticModel.like(shape, 2, 1).write(out, Long.MAX_VALUE, (share, tensor) -> {});
      return Model.open(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Model plain(Path folder) {
    return of(folder, "llama", true, "");
  }
}
