package halfstep.magics.session;

import halfstep.lab.Layers;
import halfstep.magics.command.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Layers by the names that people type: {@code 0.down_proj}, {@code down_proj}, {@code *.mlp.*}.
 */
public final class LayerNames {

  private static final int MOST_NAMED = 4;

  private final List<String> names;

  /**
   * @param names full names, in the model's order
   */
  public LayerNames(List<String> names) {
    this.names = List.copyOf(names);
  }

  /**
   * The one layer that a word means: its full name, or parts of it in their order.
   *
   * @throws NotFoundException naming the nearest, or all that it may mean
   */
  public String one(String word) {
    List<String> found = meant(word);
    if (found.isEmpty()) {
      throw unknown(word);
    }
    if (found.size() > 1) {
      throw new NotFoundException(
          "\"%s\" means %d layers (%s); say which, for example %s"
              .formatted(word, found.size(), some(found), Layers.shortName(found.getFirst())));
    }
    return found.getFirst();
  }

  /**
   * All layers that a selection means: {@code all}, a role, a glob, or words with commas.
   *
   * @throws NotFoundException if a part of it means none
   */
  public List<String> many(String selection) {
    if (selection.equals("all")) {
      return names;
    }
    Set<String> found = new LinkedHashSet<>();
    for (String word : selection.split(",")) {
      List<String> part = word.contains("*") || word.contains("?") ? glob(word) : meant(word);
      if (part.isEmpty()) {
        throw unknown(word);
      }
      found.addAll(part);
    }
    return names.stream().filter(found::contains).toList();
  }

  private List<String> meant(String word) {
    if (names.contains(word)) {
      return List.of(word);
    }
    String wanted = word.endsWith(".weight") ? word.substring(0, word.length() - 7) : word;
    return names.stream().filter(name -> isPartOf(wanted, name)).toList();
  }

  /** Whether the parts of a word come in this order among the parts of a name, its last last. */
  private static boolean isPartOf(String word, String name) {
    List<String> parts = new ArrayList<>(Arrays.asList(name.split("\\.")));
    List<String> wanted = Arrays.asList(word.split("\\."));
    if (wanted.isEmpty() || !parts.getLast().equals(wanted.getLast())) {
      return false;
    }
    int next = 0;
    for (String part : parts) {
      next += next < wanted.size() && part.equals(wanted.get(next)) ? 1 : 0;
    }
    return next == wanted.size();
  }

  private List<String> glob(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    Pattern pattern = Pattern.compile(regex);
    return names.stream()
        .filter(name ->
            pattern.matcher(name).matches() || pattern.matcher(Layers.shortName(name)).matches())
        .toList();
  }

  private NotFoundException unknown(String word) {
    Set<String> all = new LinkedHashSet<>();
    names.forEach(name -> all.add(Layers.shortName(name)));
    boolean full = word.startsWith("model.");
    List<String> nearest = Nearest.to(word, full ? names : all, 1);
    return new NotFoundException(
        "there is no layer \"%s\"; nearest: %s. The model has %d layers such as %s"
            .formatted(word, nearest.getFirst(), names.size(), some(names)));
  }

  private static String some(List<String> names) {
    String first =
        String.join(", ", names.stream().limit(MOST_NAMED).map(Layers::shortName).toList());
    return names.size() > MOST_NAMED ? first + ", …" : first;
  }
}
