package halfstep.export;

import halfstep.job.OutputFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Quantized models as plain folders, for those who run them: evaluation, comparison, a chat.
 *
 * <p>The folder is made once per process in the system's temporary folder, in float32 and in the
 * memory of one layer, and removed when the process ends. Model folders that are not quantized are
 * given back as they are.
 */
public final class Dequantized {

  private static final Map<Path, Path> MADE = new ConcurrentHashMap<>();

  private Dequantized() {}

  /**
   * A folder that {@link halfstep.llm.Model#open} takes.
   *
   * @param path a run, a checkpoint of awq, gptq, hqq or compressed-tensors, a .gguf file, or
   *     anything else, which is given back
   * @throws ExportException if it claims to be quantized, but cannot be read so
   */
  public static Path folder(Path path) {
    if (!Files.exists(path) || !QuantizedModels.isQuantized(path)) {
      return path;
    }
    return MADE.computeIfAbsent(path.toAbsolutePath().normalize(), Dequantized::make);
  }

  private static Path make(Path path) {
    try {
      Path parent = Files.createTempDirectory("halfstep-dequantized-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> OutputFolder.remove(parent)));
      Path folder = parent.resolve(String.valueOf(path.getFileName()));
      new Export(path, folder, ExportFormat.PLAIN).run();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder could be made", e);
    }
  }
}
