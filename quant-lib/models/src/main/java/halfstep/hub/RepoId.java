package halfstep.hub;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A repository of the hub.
 *
 * @param type what it holds
 * @param name {@code owner/name}, or a bare name for the oldest repositories
 */
public record RepoId(Type type, String name) {

  /** What a repository holds; the hub serves and the cache keeps them apart. */
  public enum Type {
    /** Weights with configuration and tokenizer. */
    MODEL(""),
    /** Texts. */
    DATASET("datasets/");

    private final String prefix;

    Type(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final Pattern PART =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?");
  private static final int LONGEST = 96;

  /**
   * Refuses what the hub would refuse.
   *
   * @throws HubException if the name is no repository's
   */
  public RepoId {
    String[] parts = name.split("/", -1);
    boolean fits = name.length() <= LONGEST && parts.length <= 2 && !name.endsWith(".git");
    for (String part : parts) {
      fits &= PART.matcher(part).matches() && !part.contains("--") && !part.contains("..");
    }
    if (!fits) {
      throw new HubException(
          HubException.Reason.BAD_NAME,
          "\"%s\" is no repository of the hub; expected owner/name of letters, digits, - _ and ., for example Qwen/Qwen2.5-0.5B"
              .formatted(name));
    }
  }

  /** A model's repository. */
  public static RepoId model(String name) {
    return new RepoId(Type.MODEL, name);
  }

  /** A data set's repository. */
  public static RepoId dataset(String name) {
    return new RepoId(Type.DATASET, name);
  }

  /** Whether a word has the form {@code owner/name}: exactly one slash between two names. */
  public static boolean looksLike(String word) {
    int slash = word.indexOf('/');
    return slash > 0
        && slash == word.lastIndexOf('/')
        && PART.matcher(word.substring(0, slash)).matches()
        && PART.matcher(word.substring(slash + 1)).matches();
  }

  /** Its folder in the cache: {@code models--owner--name}. */
  String folder() {
    return type.name().toLowerCase(Locale.ROOT) + "s--" + name.replace("/", "--");
  }

  /** Its path below the endpoint. */
  String path() {
    return type.prefix + name;
  }

  /** Its path below {@code api/}. */
  String apiPath() {
    return type.name().toLowerCase(Locale.ROOT) + "s/" + name;
  }

  @Override
  public String toString() {
    return path();
  }
}
