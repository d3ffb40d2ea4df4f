package halfstep.job;

import halfstep.safetensors.Names;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which layers a job takes. In a glob {@code *} stands for any characters, dots too, and {@code ?}
 * for one.
 *
 * @param include a layer must match one of these; all layers do if there are none
 * @param exclude and none of these
 */
public record LayerFilter(List<String> include, List<String> exclude) {

  /** Takes every layer. */
  public static final LayerFilter ALL = new LayerFilter(List.of(), List.of());

  /** Takes copies of the lists. */
  public LayerFilter {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Whether a layer is taken. */
  public boolean takes(String layer) {
    return (include.isEmpty() || matchesAny(include, layer)) && !matchesAny(exclude, layer);
  }

  /**
   * The layers taken, in the order given.
   *
   * @throws JobException if a glob of {@code include} matches none, or none is left
   */
  public List<String> select(List<String> layers) {
    for (String glob : include) {
      if (layers.stream().noneMatch(layer -> matches(glob, layer))) {
        throw new JobException(
            "no layer matches \"%s\"%s".formatted(glob, Names.nearest(glob, layers)));
      }
    }
    List<String> taken = layers.stream().filter(this::takes).toList();
    if (taken.isEmpty()) {
      throw new JobException(
          "none of %d layers is left; excluded are %s"
              .formatted(layers.size(), exclude.isEmpty() ? "none" : String.join(", ", exclude)));
    }
    return taken;
  }

  /** Whether a glob matches all of a layer's name. */
  static boolean matches(String glob, String layer) {
    return pattern(glob).matcher(layer).matches();
  }

  private static boolean matchesAny(List<String> globs, String layer) {
    return globs.stream().anyMatch(glob -> matches(glob, layer));
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(
        glob.chars()
            .mapToObj(c ->
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(c));
                })
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }
}
