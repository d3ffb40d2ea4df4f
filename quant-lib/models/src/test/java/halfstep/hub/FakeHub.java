package halfstep.hub;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A hub on this machine, and the other host where it keeps large files. It answers as the real one
 * does, unless a fault is planned: then the next request meets the fault.
 */
final class FakeHub implements AutoCloseable {

  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final RepoId REPO = RepoId.model("org/tiny");

  /** An answer other than the usual one; returns false to let the usual one follow. */
  interface Fault {
    boolean meet(HttpExchange exchange) throws IOException;
  }

  private final HttpServer hub;
  private final HttpServer store;
  private final Map<String, byte[]> small = new TreeMap<>();
  private final Map<String, byte[]> large = new TreeMap<>();

  /** {@code METHOD path [token]} of every request to the hub. */
  final List<String> hubLog = new CopyOnWriteArrayList<>();

  /** {@code METHOD path [token] [range]} of every request to the other host. */
  final List<String> storeLog = new CopyOnWriteArrayList<>();

  /** What the next requests to the hub meet. */
  final Queue<Fault> hubFaults = new ConcurrentLinkedQueue<>();

  /** What the next requests to the other host meet. */
  final Queue<Fault> storeFaults = new ConcurrentLinkedQueue<>();

  FakeHub() {
    hub = serve(this::hub);
    store = serve(this::store);
  }

  private static HttpServer serve(Answer answer) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              answer.to(exchange);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  FakeHub small(String name, String content) {
    small.put(name, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  FakeHub large(String name, byte[] content) {
    large.put(name, content);
    return this;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
  }

  /** Of a client that has a cache and asks nobody. */
  static HubSettings settingsIn(Path cache) {
    return new HubSettings(
        cache,
        URI.create("http://127.0.0.1:9"),
        Optional.empty(),
        true,
        true,
        Duration.ofSeconds(5));
  }

  HubSettings settings(Path cache) {
    return new HubSettings(
        cache, endpoint(), Optional.of("hf_secret"), false, true, Duration.ofSeconds(5));
  }

  /** A client that loses no time between attempts. */
  Hub client(Path cache) {
    return new Hub(settings(cache), new Retry(4, Duration.ofMillis(5), Duration.ofSeconds(2)));
  }

  static Fault status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      return true;
    };
  }

  private void hub(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    hubLog.add("%s %s%s".formatted(exchange.getRequestMethod(), path, token(exchange)));
    if (meets(hubFaults, exchange)) {
      return;
    }
    if (path.startsWith("/api/")) {
      byte[] listing = listing().getBytes(StandardCharsets.UTF_8);
      send(exchange, 200, listing, listing.length);
      return;
    }
    String name = path.replaceFirst("^/org/tiny/resolve/[^/]+/", "");
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    if (large.containsKey(name)) {
      byte[] content = large.get(name);
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"%s\"".formatted(sha256(content)));
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
      exchange
          .getResponseHeaders()
          .set("Location", "http://localhost:%d/%s".formatted(store.getAddress().getPort(), name));
      exchange.sendResponseHeaders(302, -1);
    } else if (small.containsKey(name)) {
      exchange.getResponseHeaders().set("ETag", "W/\"%s\"".formatted(gitHash(small.get(name))));
      send(exchange, 200, small.get(name), small.get(name).length);
    } else {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private void store(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String name = exchange.getRequestURI().getPath().substring(1);
    storeLog.add(
        "%s /%s%s%s"
            .formatted(
                exchange.getRequestMethod(),
                name,
                token(exchange),
                range == null ? "" : " " + range));
    if (meets(storeFaults, exchange)) {
      return;
    }
    send(exchange, java.util.Objects.requireNonNull(large.get(name)));
  }

  /** All of a content, or the range that is asked for. */
  static void send(HttpExchange exchange, byte[] content) throws IOException {
    byte[] part = part(exchange, content);
    send(exchange, part.length == content.length ? 200 : 206, part, part.length);
  }

  /** As usual, but the connection breaks after some bytes. */
  static Fault cut(byte[] content, int after) {
    return exchange -> {
      byte[] part = part(exchange, content);
      send(exchange, part.length == content.length ? 200 : 206, part, Math.min(after, part.length));
      return true;
    };
  }

  private static byte[] part(HttpExchange exchange, byte[] content) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      return content;
    }
    String[] ends = range.replace("bytes=", "").split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = ends[1].isEmpty() ? content.length : Integer.parseInt(ends[1]) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
    return java.util.Arrays.copyOfRange(content, from, to);
  }

  /** Promises all bytes and sends the first {@code count}. */
  private static void send(HttpExchange exchange, int status, byte[] bytes, int count)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
    }
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      OutputStream out = exchange.getResponseBody();
      out.write(bytes, 0, count);
      out.flush();
      if (count == bytes.length) {
        out.close();
      }
    }
  }

  private static boolean meets(Queue<Fault> faults, HttpExchange exchange) throws IOException {
    Fault fault = faults.poll();
    return fault != null && fault.meet(exchange);
  }

  private static String token(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header == null ? "" : " " + header;
  }

  private String listing() {
    ObjectNode root = JsonMapper.builder().build().createObjectNode().put("sha", COMMIT);
    var siblings = root.putArray("siblings");
    small.forEach(
        (name, content) -> siblings.addObject().put("rfilename", name).put("size", content.length));
    large.forEach(
        (name, content) -> siblings.addObject().put("rfilename", name).put("size", content.length));
    return root.toString();
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  static String gitHash(byte[] content) {
    byte[] head = "blob %d\0".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return hash("SHA-1", all);
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
  }
}
