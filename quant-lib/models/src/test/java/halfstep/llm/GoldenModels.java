package halfstep.llm;

import halfstep.testing.Golden;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tiny models among the test resources, and what the reference library computed with them. */
public final class GoldenModels {

  private GoldenModels() {}

  /** All tiny models: one per architecture, or per trait of one. */
  public static List<String> names() {
    return List.of("llama_gqa", "llama_mha", "llama3_rope", "mistral", "qwen2", "qwen3", "mixtral");
  }

  /** The folder of a tiny model. */
  public static Path folder(String name) {
    URL config =
        Objects.requireNonNull(
            GoldenModels.class.getResource("/golden/models/" + name + "/config.json"), name);
    try {
      return Objects.requireNonNull(Path.of(config.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tiny model. */
  public static Model open(String name) {
    return Model.open(folder(name));
  }

  /** Its reference outputs. */
  public static Golden forward(String name) {
    return Golden.open("models/" + name + "/forward");
  }

  /** Token ids of a golden tensor. */
  public static int[] ids(Golden golden, String key) {
    return Arrays.stream(golden.doubles(key)).mapToInt(id -> (int) id).toArray();
  }

  /** A golden tensor of samples × length as windows. */
  public static TokenWindows windows(Golden golden, String key) {
    int length = (int) golden.shape(key)[1];
    int[] ids = ids(golden, key);
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from < ids.length; from += length) {
      windows.add(Arrays.copyOfRange(ids, from, from + length));
    }
    return TokenWindows.of(windows);
  }

  /** What the goldens call a group: long lists are cut off. */
  public static String key(ScaleGroup group) {
    String block = "blk" + group.block() + "/";
    int layers = group.layers().size();
    return layers <= 3
        ? block + group.label()
        : "%s%s+%dmore".formatted(block, group.label().replaceFirst("\\+.*", ""), layers - 1);
  }

  /** A number in a golden's metadata. */
  public static double metadata(Golden golden, String key) {
    Matcher matcher = Pattern.compile("\"" + key + "\":\"([^\"]+)\"").matcher(golden.header());
    if (!matcher.find()) {
      throw new IllegalArgumentException(golden.name() + " has no metadata " + key);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** The largest absolute difference. */
  public static double worst(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      throw new IllegalArgumentException(expected.length + " values, but " + actual.length);
    }
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
    }
    return worst;
  }

  /** The largest difference relative to the larger of the two values. */
  public static double worstRelative(float[] expected, float[] actual) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double size = Math.max(Math.abs(expected[i]), Math.abs(actual[i]));
      worst = Math.max(worst, size == 0 ? 0 : Math.abs((double) expected[i] - actual[i]) / size);
    }
    return worst;
  }
}
