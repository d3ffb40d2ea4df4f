package halfstep.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token ids that were made elsewhere: {@code {"stream": [1, 2, …]}}, or a safetensors file with a
 * tensor {@code calib_ids} or {@code input_ids} of samples × length, or just one integer tensor.
 */
public final class TokenFile {

  private TokenFile() {}

  /** Whether a file holds token ids by its name and, for JSON, its first character. */
  public static boolean isTokens(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".safetensors") || (name.endsWith(".json") && beginsObject(file));
  }

  private static boolean beginsObject(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      int first = reader.read();
      while (first >= 0 && Character.isWhitespace(first)) {
        first = reader.read();
      }
      return first == '{';
    } catch (IOException e) {
      throw new TokenizerException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  /**
   * The samples of a file: one stream, or the rows of a tensor.
   *
   * @throws TokenizerException if it holds none
   */
  public static List<int[]> read(Path file) {
    return String.valueOf(file.getFileName()).endsWith(".safetensors")
        ? rows(SafetensorsFile.open(file))
        : List.of(stream(file));
  }

  private static int[] stream(Path file) {
    JsonNode ids;
    try {
      ids = JsonMapper.builder().build().readTree(Files.readAllBytes(file)).path("stream");
    } catch (JsonProcessingException e) {
      throw new TokenizerException("%s is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new TokenizerException("%s cannot be read: %s".formatted(file, e), e);
    }
    if (!ids.isArray() || ids.isEmpty()) {
      throw new TokenizerException(
          "%s holds no token ids; expected {\"stream\": [1, 2, …]}".formatted(file));
    }
    int[] stream = new int[ids.size()];
    for (int i = 0; i < stream.length; i++) {
      if (!ids.get(i).isInt() || ids.get(i).intValue() < 0) {
        throw new TokenizerException(
            "%s: element %d of stream is %s, no token id".formatted(file, i, ids.get(i)));
      }
      stream[i] = ids.get(i).intValue();
    }
    return stream;
  }

  private static List<int[]> rows(SafetensorsFile file) {
    TensorInfo info = tensor(file);
    long[] ids = file.integers(info.name());
    int length = Math.toIntExact(info.shape().getLast());
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from < ids.length; from += length) {
      rows.add(
          Arrays.stream(ids, from, from + length)
              .mapToInt(id -> id(file.path(), info.name(), id))
              .toArray());
    }
    return rows;
  }

  private static int id(Path file, String tensor, long id) {
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw new TokenizerException(
          "%s: tensor %s holds %d, which is no token id".formatted(file, tensor, id));
    }
    return (int) id;
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
      throw new TokenizerException(
          "%s holds %d integer tensors of samples × length; name one of them calib_ids"
              .formatted(file.path(), candidates.size()));
    }
    return candidates.getFirst();
  }
}
