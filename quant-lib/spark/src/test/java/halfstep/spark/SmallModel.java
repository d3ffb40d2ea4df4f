package halfstep.spark;

import halfstep.job.Calibration;
import halfstep.job.LayerFilter;
import halfstep.job.LayerRule;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizeJob;
import halfstep.llm.TokenWindows;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.synth.SyntheticModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A checkpoint in several files, jobs on it, and what they wrote. */
final class SmallModel {

  private static final int VOCABULARY = 256;
  private static final long BYTES_PER_FILE = 300_000;

  private SmallModel() {}

  /** Writes it. */
  static Path write(Path folder, int hidden, int blocks) throws IOException {
    Path shape = Files.createDirectory(folder.resolve("shape"));
    String config =
        """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
         "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "vocab_size": %d,
         "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "max_position_embeddings": 512}
        """
            .formatted(hidden, 3 * hidden, blocks, VOCABULARY);
    Files.writeString(shape.resolve("config.json"), config);
    Path model = folder.resolve("model");
    SyntheticModel.like(shape, blocks, 1).write(model, BYTES_PER_FILE, (share, tensor) -> {});
    return model;
  }

  /** A job with a layer that is otherwise than the rest, and with its trace. */
  static QuantizeJob job(Path model, Path out, QuantMethod method) {
    LayerRule rule = new LayerRule("*.0.*.down_proj", Optional.of(Bits.EIGHT), OptionalInt.of(64));
    boolean whole = method instanceof Awq || method instanceof Gptq; // they round on whole zeros
    QuantSpec usual = QuantSpec.of(3, 32).with(whole ? ZeroPoint.INTEGER : ZeroPoint.FLOAT);
    LayerSpecs specs = new LayerSpecs(usual, List.of(rule));
    LayerFilter filter = new LayerFilter(List.of(), List.of("*.1.self_attn.*"));
    return new QuantizeJob(model, out, specs, method, filter, null, true);
  }

  /** Windows of random tokens. */
  static Calibration text(int windows, int length) {
    Random random = new Random(7);
    return Calibration.of(
        TokenWindows.of(
            Stream.generate(() -> random.ints(length, 0, VOCABULARY).toArray())
                .limit(windows)
                .toList()));
  }

  /** Bytes by file name; of the manifest without the one number that no two runs share. */
  static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        found.put(
            String.valueOf(file.getFileName()), bytes.replaceFirst("\"seconds\" : [^,]*,", ""));
      }
    }
    return found;
  }
}
