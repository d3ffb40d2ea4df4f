package halfstep.hub;

import halfstep.tensor.InterruptedWork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Requests to the hub and to where it sends us. No redirect is followed blindly: the first answer
 * carries the headers that matter, and the token goes to the hub alone.
 */
final class HubHttp {

  private static final int MOST_HOPS = 5;
  private static final String AGENT = "halfstep; java/" + Runtime.version().feature();

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final HubSettings settings;
  private final Retry retry;

  HubHttp(HubSettings settings, Retry retry) {
    this.settings = settings;
    this.retry = retry;
  }

  Duration patience() {
    return settings.patience();
  }

  Retry retry() {
    return retry;
  }

  /**
   * Asks for a file's metadata. Redirects on the same host are followed; the first to another host
   * is where the content lies, and is not.
   */
  FileMetadata metadata(URI resolve, Subject subject) {
    URI at = resolve;
    Optional<String> commit = Optional.empty();
    Optional<String> linkedEtag = Optional.empty();
    Optional<String> linkedSize = Optional.empty();
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      HttpResponse<Void> answer =
          patiently(request(at, "HEAD", Map.of()), HttpResponse.BodyHandlers.discarding(), subject);
      HttpHeaders headers = answer.headers();
      commit = commit.or(() -> headers.firstValue("X-Repo-Commit"));
      linkedEtag = linkedEtag.or(() -> headers.firstValue("X-Linked-Etag"));
      linkedSize = linkedSize.or(() -> headers.firstValue("X-Linked-Size"));
      Optional<URI> next = redirect(at, answer, subject);
      if (next.isPresent() && isSameHost(at, next.get())) {
        at = next.get();
        continue;
      }
      Optional<String> own =
          next.isPresent() ? Optional.empty() : headers.firstValue("Content-Length");
      return complete(
          commit,
          linkedEtag.or(() -> headers.firstValue("ETag")),
          linkedSize.or(() -> own),
          next.orElse(at),
          subject);
    }
    throw new HubException(
        HubException.Reason.SERVER, "%s: the hub redirects in a circle".formatted(subject));
  }

  private FileMetadata complete(
      Optional<String> commit,
      Optional<String> etag,
      Optional<String> size,
      URI location,
      Subject subject) {
    String hash = commit.filter(value -> value.matches("[0-9a-f]{40}")).orElse("");
    Optional<Etag> name = Etag.ofHeader(etag);
    Optional<Long> bytes = size.filter(value -> value.matches("\\d{1,18}")).map(Long::valueOf);
    if (hash.isEmpty() || name.isEmpty() || bytes.isEmpty()) {
      throw new HubException(
          HubException.Reason.SERVER,
          "%s: the answer of %s names no commit, content hash or size, so it is no hub; check HF_ENDPOINT and the proxy"
              .formatted(subject, settings.endpoint()));
    }
    return new FileMetadata(hash, name.get(), bytes.get(), location);
  }

  /**
   * Begins to fetch content, following redirects.
   *
   * @param range the value of a Range header, or empty for all
   * @return the answer, whose status may be any; the caller closes its body
   */
  HttpResponse<BodyChunks> content(URI location, Optional<String> range, Subject subject)
      throws IOException {
    URI at = location;
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      Map<String, String> headers = range.map(value -> Map.of("Range", value)).orElse(Map.of());
      HttpResponse<BodyChunks> answer =
          send(request(at, "GET", headers), info -> new BodyChunks(), subject);
      Optional<URI> next = redirect(at, answer, subject);
      if (next.isEmpty()) {
        return answer;
      }
      answer.body().close();
      at = next.get();
    }
    throw new IOException("redirected in a circle");
  }

  /** Reads a small answer of the hub's own interface whole. */
  byte[] small(URI uri, int most, Subject subject) {
    URI at = uri;
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      HttpResponse<BodyChunks> answer =
          patiently(request(at, "GET", Map.of()), info -> new BodyChunks(), subject);
      try (BodyChunks body = answer.body()) {
        Optional<URI> next = redirect(at, answer, subject);
        if (next.isEmpty()) {
          return read(body, most, subject);
        }
        at = next.get();
      }
    }
    throw new HubException(
        HubException.Reason.SERVER, "%s: the hub redirects in a circle".formatted(subject));
  }

  private byte[] read(BodyChunks body, int most, Subject subject) {
    try {
      return all(body, most, patience());
    } catch (IOException e) {
      throw HubErrors.unreachable(subject, settings.endpoint(), e);
    } catch (InterruptedException e) {
      throw interrupted(subject);
    }
  }

  /** A whole body of at most {@code most} bytes. */
  static byte[] all(BodyChunks body, int most, Duration patience)
      throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (List<ByteBuffer> part = body.next(patience); !part.isEmpty(); part = body.next(patience)) {
      for (ByteBuffer buffer : part) {
        byte[] piece = new byte[buffer.remaining()];
        buffer.get(piece);
        bytes.writeBytes(piece);
      }
      if (bytes.size() > most) {
        throw new IOException("the answer is longer than %d bytes".formatted(most));
      }
    }
    return bytes.toByteArray();
  }

  private HttpRequest request(URI uri, String method, Map<String, String> more) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(patience())
            .header("User-Agent", AGENT)
            // the size must be the file's, not a compressed form's
            .header("Accept-Encoding", "identity");
    more.forEach(builder::header);
    if (isSameHost(settings.endpoint(), uri)) {
      settings.token().ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    }
    return builder.build();
  }

  /** Sends until the answer is no passing trouble; refuses what is an error. */
  private <T> HttpResponse<T> patiently(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, Subject subject) {
    for (int failures = 1; ; failures++) {
      try {
        HttpResponse<T> answer = send(request, handler, subject);
        int status = answer.statusCode();
        if (status < 400) {
          return answer;
        }
        Duration pause = retry.pause(failures, answer.headers());
        boolean again = Retry.mayPass(status) && failures < retry.attempts();
        if (!again || pause.compareTo(retry.longest()) > 0) {
          throw HubErrors.of(subject, answer, settings);
        }
        Retry.sleep(pause, "waiting for " + subject);
      } catch (ConnectException | HttpConnectTimeoutException e) {
        throw HubErrors.unreachable(subject, settings.endpoint(), e);
      } catch (IOException e) {
        if (failures >= retry.attempts()) {
          throw HubErrors.unreachable(subject, request.uri(), e);
        }
        Retry.sleep(retry.pause(failures), "waiting for " + subject);
      }
    }
  }

  private <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, Subject subject)
      throws IOException {
    try {
      return client.send(request, handler);
    } catch (InterruptedException e) {
      throw interrupted(subject);
    } catch (IllegalArgumentException e) {
      // what the client says of headers with numbers that are none
      throw new IOException("the answer is no valid HTTP: " + e.getMessage(), e);
    }
  }

  static InterruptedWork interrupted(Subject subject) {
    Thread.currentThread().interrupt();
    return new InterruptedWork("fetching " + subject);
  }

  /** Where an answer sends us, if it does. */
  private static Optional<URI> redirect(URI from, HttpResponse<?> answer, Subject subject) {
    int status = answer.statusCode();
    return status >= 300 && status < 400 && status != 304
        ? answer.headers().firstValue("Location").map(to -> resolved(from, to, subject))
        : Optional.empty();
  }

  private static URI resolved(URI from, String location, Subject subject) {
    String why = "";
    try {
      URI to = from.resolve(location);
      if (to.getHost() != null && String.valueOf(to.getScheme()).matches("(?i)https?")) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      why = ": " + e.getMessage();
    }
    throw new HubException(
        HubException.Reason.SERVER,
        "%s: %s redirects to \"%s\", which is no web address%s"
            .formatted(subject, from.getHost(), location, why));
  }

  /** Whether a token may follow: scheme, host and port are the same. */
  static boolean isSameHost(URI one, URI other) {
    return origin(one).equals(origin(other));
  }

  private static String origin(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }
}
