package halfstep.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the hub and its cache are: the environment variables of the Python library, with the same
 * precedence.
 *
 * @param cache holds the repositories: {@code HF_HUB_CACHE}, {@code HUGGINGFACE_HUB_CACHE}, {@code
 *     HF_HOME/hub}, {@code XDG_CACHE_HOME/huggingface/hub}, {@code ~/.cache/huggingface/hub}
 * @param endpoint the hub: {@code HF_ENDPOINT}, without a slash at its end
 * @param token who asks: {@code HF_TOKEN}, {@code HUGGING_FACE_HUB_TOKEN}, the file {@code
 *     HF_TOKEN_PATH}, {@code HF_HOME/token}; none with {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}
 * @param offline nothing is asked of the hub: {@code HF_HUB_OFFLINE}, {@code TRANSFORMERS_OFFLINE}
 * @param symlinks whether snapshots link to blobs; off with {@code HF_HUB_DISABLE_SYMLINKS}
 * @param patience how long to wait for an answer, and for the next bytes of a download: {@code
 *     HF_HUB_DOWNLOAD_TIMEOUT} seconds, 10 by default
 */
public record HubSettings(
    Path cache,
    URI endpoint,
    Optional<String> token,
    boolean offline,
    boolean symlinks,
    Duration patience) {

  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final String HUB = "https://huggingface.co";

  /** As this process's environment says. */
  public static HubSettings ofThisProcess() {
    return of(
        name -> Optional.ofNullable(System.getenv(name)), Path.of(System.getProperty("user.home")));
  }

  /**
   * As variables say.
   *
   * @param environment looks a variable up
   * @param userHome the user's home folder
   */
  public static HubSettings of(Function<String, Optional<String>> environment, Path userHome) {
    Function<String, Optional<String>> variable =
        name -> environment.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    Function<String, Optional<Path>> path =
        name -> variable.apply(name).map(value -> expanded(value, userHome));
    Path home =
        path.apply("HF_HOME")
            .orElseGet(() ->
                path.apply("XDG_CACHE_HOME")
                    .orElse(userHome.resolve(".cache"))
                    .resolve("huggingface"));
    Path cache =
        path.apply("HF_HUB_CACHE")
            .or(() -> path.apply("HUGGINGFACE_HUB_CACHE"))
            .orElse(home.resolve("hub"));
    Path tokenFile = path.apply("HF_TOKEN_PATH").orElse(home.resolve("token"));
    boolean anonymous = isTrue(variable.apply("HF_HUB_DISABLE_IMPLICIT_TOKEN"));
    return new HubSettings(
        cache,
        endpoint(variable.apply("HF_ENDPOINT").orElse(HUB)),
        anonymous ? Optional.empty() : token(variable, tokenFile),
        isTrue(variable.apply("HF_HUB_OFFLINE")) || isTrue(variable.apply("TRANSFORMERS_OFFLINE")),
        !isTrue(variable.apply("HF_HUB_DISABLE_SYMLINKS")),
        seconds(variable.apply("HF_HUB_DOWNLOAD_TIMEOUT").orElse("10")));
  }

  private static Path expanded(String value, Path userHome) {
    return value.equals("~") || value.startsWith("~/")
        ? userHome.resolve(value.length() > 2 ? value.substring(2) : "")
        : Path.of(value).toAbsolutePath();
  }

  private static Optional<String> token(
      Function<String, Optional<String>> variable, Path tokenFile) {
    return variable
        .apply("HF_TOKEN")
        .or(() -> variable.apply("HUGGING_FACE_HUB_TOKEN"))
        .or(() -> tokenIn(tokenFile));
  }

  /** A token that cannot be read is a fault, not an anonymous user. */
  private static Optional<String> tokenIn(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException e) {
      throw new HubException(
          HubException.Reason.FORBIDDEN, "the token file %s cannot be read".formatted(file), e);
    }
  }

  private static URI endpoint(String value) {
    String trimmed = value.replaceFirst("/+$", "");
    try {
      URI uri = URI.create(trimmed);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw wrongEndpoint(value, e);
    }
    throw wrongEndpoint(value, null);
  }

  private static HubException wrongEndpoint(
      String value, @org.jspecify.annotations.Nullable Exception cause) {
    return new HubException(
        HubException.Reason.BAD_NAME,
        "HF_ENDPOINT is \"%s\"; expected an address such as %s".formatted(value, HUB),
        cause);
  }

  private static Duration seconds(String value) {
    try {
      long seconds = Long.parseLong(value);
      if (seconds > 0) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      throw wrongTimeout(value);
    }
    throw wrongTimeout(value);
  }

  private static HubException wrongTimeout(String value) {
    return new HubException(
        HubException.Reason.BAD_NAME,
        "HF_HUB_DOWNLOAD_TIMEOUT is \"%s\"; expected whole seconds, at least 1".formatted(value));
  }

  private static boolean isTrue(Optional<String> value) {
    return value.filter(word -> TRUE.contains(word.toUpperCase(Locale.ROOT))).isPresent();
  }

  /** Without the token: settings end up in logs. */
  @Override
  public String toString() {
    return "%s in %s, %s%s"
        .formatted(
            endpoint,
            cache,
            token.isPresent() ? "with a token" : "without a token",
            offline ? ", offline" : "");
  }
}
