package halfstep.kernel.dependencies;

import halfstep.kernel.spi.Refusal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code %maven} is asked for.
 *
 * @param artifacts coordinates, {@code group:artifact[:extension[:classifier]]:version}
 * @param repositories where to look beside those of the user's settings
 * @param exclusions {@code group:artifact} that must not come along
 * @param offline whether only what was downloaded before may be used
 * @param sources whether the sources are wanted too, for inspection
 */
public record MavenRequest(
    List<String> artifacts,
    List<Repository> repositories,
    List<String> exclusions,
    boolean offline,
    boolean sources) {

  /** How the magic is written. */
  public static final String USAGE =
      """
      %maven GROUP:ARTIFACT:VERSION …   adds libraries and what they need to the class path of cells
        --repo [ID=]URL         also look there (repeatable)
        --exclude GROUP:ARTIFACT  leave this one out (repeatable)
        --offline               use only what was downloaded before
        --sources               bring the sources too, so that inspection shows their Javadoc
      The user's settings.xml (mirrors, proxies, local repository) is obeyed.\
      """;

  private static final Pattern COORDINATES =
      Pattern.compile("[\\w.-]+:[\\w.-]+(:[\\w.-]*){0,2}:[\\w.\\[\\](),-]+");
  private static final Pattern EXCLUSION = Pattern.compile("[\\w.*-]+:[\\w.*-]+");

  /**
   * A place to look.
   *
   * @param id its name in the local repository
   * @param url where it is
   */
  public record Repository(String id, String url) {}

  /**
   * Reads the words of the line.
   *
   * @param words what stands behind {@code %maven}
   * @return the request
   * @throws Refusal if a word is none of those in {@link #USAGE}
   */
  public static MavenRequest of(List<String> words) {
    List<String> artifacts = new ArrayList<>();
    List<Repository> repositories = new ArrayList<>();
    List<String> exclusions = new ArrayList<>();
    boolean offline = false;
    boolean sources = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--repo" -> repositories.add(repository(argument(word, rest), repositories.size()));
        case "--exclude" ->
            exclusions.add(matching(EXCLUSION, argument(word, rest), "GROUP:ARTIFACT"));
        case "--offline" -> offline = true;
        case "--sources" -> sources = true;
        default -> artifacts.add(matching(COORDINATES, word, "GROUP:ARTIFACT:VERSION"));
      }
    }
    if (artifacts.isEmpty()) {
      throw refused("no library was named, expected GROUP:ARTIFACT:VERSION");
    }
    return new MavenRequest(artifacts, repositories, exclusions, offline, sources);
  }

  private static String argument(String option, Iterator<String> rest) {
    return Optional.of(rest)
        .filter(Iterator::hasNext)
        .map(Iterator::next)
        .orElseThrow(() -> refused(option + " needs a value"));
  }

  private static String matching(Pattern form, String word, String expected) {
    if (!form.matcher(word).matches()) {
      throw refused("\"%s\" came, expected %s".formatted(word, expected));
    }
    return word;
  }

  private static Repository repository(String word, int index) {
    int equals = word.indexOf('=');
    boolean named = equals > 0 && word.substring(0, equals).matches("[\\w.-]+");
    return named
        ? new Repository(word.substring(0, equals), word.substring(equals + 1))
        : new Repository("cell-" + (index + 1), word);
  }

  private static Refusal refused(String what) {
    return new Refusal(
        "WrongUsage",
        what
            + ", for example %maven org.apache.commons:commons-math3:3.6.1; %maven? shows all options",
        null);
  }
}
