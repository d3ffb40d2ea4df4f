package halfstep.fuzz;

import halfstep.export.ForeignConfig;
import halfstep.llm.Model;
import halfstep.llm.ModelConfig;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.HeaderBytes;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.text.TokenFile;
import halfstep.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Files that are read by themselves: tensors, an index, configurations, a tokenizer, tokens. */
final class FileTargets {

  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final Path dense;

  /**
   * @param dense a model of {@link TinyModel#DENSE}
   */
  FileTargets(Path folder, Path dense) {
    this.folder = folder;
    this.dense = dense;
  }

  List<FuzzTarget> all() throws IOException {
    return List.of(
        safetensors("safetensors", "w.safetensors"),
        safetensors("safetensors-header", "+w.safetensors"),
        index(),
        configuration(),
        settings(),
        tokenizer(),
        tokens());
  }

  private Path own(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Every type, a scalar, an empty tensor and text of the writer. */
  private static void mixed(Path file) {
    List<TensorInfo> tensors =
        Arrays.stream(DType.values())
            .map(type -> new TensorInfo(type.name(), type, List.of(2L, 8L)))
            .toList();
    Map<String, String> metadata = Map.of("format", "pt");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, metadata)) {
      for (TensorInfo info : tensors) {
        writer.write(info.name(), MemorySegment.ofArray(new byte[(int) info.bytes()]));
      }
      writer.finish();
    }
  }

  private FuzzTarget safetensors(String name, String file) throws IOException {
    Path own = own(name);
    mixed(own.resolve("w.safetensors"));
    byte[] all = FolderTarget.seed(own, List.of(file));
    Files.copy(
        dense.resolve("model.safetensors"),
        own.resolve("w.safetensors"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    byte[] model = FolderTarget.seed(own, List.of(file));
    return new FolderTarget(name, own, List.of(file), List.of(all, model), FileTargets::tensors);
  }

  private static void tensors(Path own) throws IOException {
    Path path = own.resolve("w.safetensors");
    SafetensorsFile file = SafetensorsFile.open(path);
    byte[] bytes = Files.readAllBytes(path);
    byte[] first = Arrays.copyOf(bytes, Long.BYTES);
    int length = HeaderBytes.length(path, first, bytes.length);
    HeaderBytes.tensors(
        path, Arrays.copyOfRange(bytes, Long.BYTES, Long.BYTES + length), bytes.length);
    Checkpoint.open(path).nonFinite();
    for (TensorInfo info : file.tensors()) {
      switch (info.dtype()) {
        case F32, F16, BF16 -> file.matrix(info.name());
        case I64, I32, I16, I8, U8, BOOL -> file.integers(info.name());
        default -> {
          try (Arena arena = Arena.ofConfined()) {
            file.map(info.name(), arena);
          }
        }
      }
    }
  }

  /** Two shards, and a file beside the folder that no index may reach. */
  private FuzzTarget index() throws IOException {
    Path own = own("index");
    mixed(folder.resolve("outside.safetensors"));
    mixed(own.resolve("a.safetensors"));
    Files.copy(dense.resolve("model.safetensors"), own.resolve("b.safetensors"));
    byte[] seed =
        text(
            """
            {"metadata": {"total_size": 100},
             "weight_map": {"F32": "a.safetensors", "model.norm.weight": "b.safetensors"}}
            """);
    byte[] escape = text("{\"weight_map\": {\"F32\": \"../outside.safetensors\"}}");
    return new FolderTarget(
        "index",
        own,
        List.of(INDEX),
        List.of(seed, escape),
        at -> {
          for (Path file : Checkpoint.open(at).files()) {
            if (!at.equals(file.normalize().getParent())) {
              throw new Finding("it read " + file, null);
            }
          }
        });
  }

  private FuzzTarget configuration() throws IOException {
    Path own = own("config");
    Files.copy(dense.resolve("model.safetensors"), own.resolve("model.safetensors"));
    byte[] generation = text("{\"eos_token_id\": [3, 4]}");
    return new FolderTarget(
        "config",
        own,
        List.of("config.json", "generation_config.json"),
        List.of(
            Parts.joined(List.of(text(TinyModel.DENSE), generation)),
            Parts.joined(List.of(text(TinyModel.MIXTURE), generation))),
        at -> {
          ModelConfig.read(at);
          Model.open(at).config();
        });
  }

  private FuzzTarget settings() throws IOException {
    return new FolderTarget(
        "settings",
        own("settings"),
        List.of("q.json"),
        List.of(
            text(
                """
                {"zero_point": true, "q_group_size": 128, "w_bit": 4, "version": "GEMM",
                 "modules_to_not_convert": ["gate"]}
                """),
            text(
                """
                {"weight_quant_params": {"nbits": 4, "group_size": 64, "axis": 1,
                 "channel_wise": true, "optimize": true, "round_zero": true,
                 "view_as_float": false}}
                """)),
        at -> ForeignConfig.read(at.resolve("q.json")));
  }

  private FuzzTarget tokenizer() throws IOException {
    return new FolderTarget(
        "tokenizer",
        own("tokenizer"),
        List.of("tokenizer.json"),
        List.of(text(TinyModel.TOKENIZER)),
        at -> {
          Tokenizer tokenizer = Tokenizer.open(at);
          tokenizer.decode(tokenizer.encode("low <s> lo 12345 é\n"));
        });
  }

  private FuzzTarget tokens() throws IOException {
    return new FolderTarget(
        "tokens",
        own("tokens"),
        List.of("t.json"),
        List.of(text("{\"stream\": [1, 2, 3, 65535]}")),
        at -> {
          if (TokenFile.isTokens(at.resolve("t.json"))) {
            TokenFile.read(at.resolve("t.json"));
          }
        });
  }
}
