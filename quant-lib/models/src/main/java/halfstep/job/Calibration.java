package halfstep.job;

import halfstep.llm.TokenWindows;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.TensorInfo;
import halfstep.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What calibrated methods look at.
 *
 * @param windows token windows, each read from empty context
 * @param sha256 of the tokens as little-endian 64-bit integers, window after window, in hexadecimal
 */
public record Calibration(TokenWindows windows, String sha256) {

  /** Windows that are at hand. */
  public static Calibration of(TokenWindows windows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(windows.tokens() * Long.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int w = 0; w < windows.count(); w++) {
      for (int token : windows.window(w)) {
        bytes.putLong(token);
      }
    }
    return new Calibration(windows, Digests.sha256(bytes.array()));
  }

  /**
   * Reads text, tokenizes it once and cuts it into windows; the tail is dropped.
   *
   * @param samples at most this many windows are kept
   * @param length tokens per window
   * @throws halfstep.llm.ModelException if the text does not fill one window
   */
  public static Calibration ofText(Path file, Tokenizer tokenizer, int samples, int length) {
    requireFile(file);
    try {
      int[] tokens = tokenizer.encode(Files.readString(file));
      return of(TokenWindows.cut(tokens, length).first(samples));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read as UTF-8 text", e);
    }
  }

  /**
   * Reads windows from a safetensors file: its tensor {@code calib_ids} or {@code input_ids}, else
   * its only integer tensor of samples × length.
   *
   * @param samples at most this many windows are kept
   */
  public static Calibration ofTokens(Path file, int samples) {
    SafetensorsFile tokens = SafetensorsFile.open(file);
    TensorInfo info = tensor(tokens);
    long[] ids = tokens.integers(info.name());
    int length = Math.toIntExact(info.shape().getLast());
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from < ids.length && windows.size() < samples; from += length) {
      windows.add(Arrays.stream(ids, from, from + length).mapToInt(Math::toIntExact).toArray());
    }
    return of(TokenWindows.of(windows));
  }

  private static TensorInfo tensor(SafetensorsFile file) {
    for (String name : List.of("calib_ids", "input_ids")) {
      if (file.contains(name) && file.info(name).isMatrix()) {
        return file.info(name);
      }
    }
    List<TensorInfo> candidates =
        file.tensors().stream()
            .filter(info -> info.isMatrix() && info.dtype().name().matches("[IU]\\d+"))
            .toList();
    if (candidates.size() != 1) {
      throw new JobException(
          "%s holds %d integer tensors of samples × length; name one of them calib_ids"
              .formatted(file.path(), candidates.size()));
    }
    return candidates.getFirst();
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new JobException("there is no calibration text %s".formatted(file));
    }
  }
}
