package halfstep.hub;

import halfstep.fuzz.FuzzTarget;
import halfstep.fuzz.Parts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A hub whose answers are the input, byte for byte: one to each connection, and the last to all
 * further ones. It is also the client's proxy, so that a changed address leads nowhere else: no
 * request leaves this machine.
 */
final class HubAnswers implements FuzzTarget {

  private static final int ANSWERS = 3;

  private final Path cache;
  private final ServerSocket server;
  private final Hub hub;
  private volatile List<byte[]> answers = List.of();
  private final AtomicInteger next = new AtomicInteger();

  HubAnswers(Path cache) throws IOException {
    this.cache = cache;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.hub = client();
    Thread.ofPlatform().daemon().start(this::serve);
  }

  /** A client takes the proxies that are the usual ones when it is made. */
  private Hub client() {
    HubSettings settings =
        new HubSettings(
            cache,
            URI.create("http://127.0.0.1:" + server.getLocalPort()),
            Optional.of("hf_secret"),
            false,
            true,
            Duration.ofMillis(150));
    ProxySelector usual = ProxySelector.getDefault();
    ProxySelector.setDefault(
        ProxySelector.of(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort())));
    try {
      return new Hub(settings, new Retry(2, Duration.ofMillis(1), Duration.ofMillis(20)));
    } finally {
      ProxySelector.setDefault(usual);
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException e) {
        continue; // the client left, which it may
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    skipRequest(socket.getInputStream());
    List<byte[]> all = answers;
    byte[] bytes = all.get(Math.min(next.getAndIncrement(), all.size() - 1));
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /** Reads to the empty line that ends a request. */
  private static void skipRequest(InputStream in) throws IOException {
    int last = 0;
    while (last != 0x0D0A0D0A) {
      int b = in.read();
      if (b < 0) {
        return;
      }
      last = last << Byte.SIZE | b;
    }
  }

  @Override
  public String name() {
    return "hub-answers";
  }

  @Override
  public int parts() {
    return ANSWERS;
  }

  private static byte[] http(String status, String body, String... headers) {
    String head = String.join("\r\n", headers);
    return "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n%s%s\r\n%s"
        .formatted(status, body.length(), head, head.isEmpty() ? "" : "\r\n", body)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<byte[]> seeds() {
    String content = "{\"model_type\": \"llama\"}";
    String hash = FakeHub.gitHash(content.getBytes(StandardCharsets.UTF_8));
    byte[] head =
        http("200 OK", content, "X-Repo-Commit: " + FakeHub.COMMIT, "ETag: \"" + hash + "\"");
    byte[] redirect =
        http(
            "302 Found",
            "",
            "X-Repo-Commit: " + FakeHub.COMMIT,
            "X-Linked-Etag: \"" + hash + "\"",
            "X-Linked-Size: " + content.length(),
            "Location: http://localhost:%d/x".formatted(server.getLocalPort()));
    byte[] body = http("200 OK", content);
    byte[] part = http("206 Partial Content", content, "Content-Range: bytes 0-22/23");
    byte[] later = http("503 Busy", "", "Retry-After: 0");
    return List.of(
        Parts.joined(List.of(head, body, body)),
        Parts.joined(List.of(redirect, body, part)),
        Parts.joined(List.of(later, head, body)),
        Parts.joined(
            List.of(http("404 Not Found", "", "X-Error-Code: EntryNotFound"), body, body)));
  }

  /** A file of the cache may be there from the input before, so the cache is emptied. */
  @Override
  public void take(byte[] input) throws IOException {
    answers = Parts.split(input, ANSWERS);
    next.set(0);
    try {
      hub.file(FakeHub.REPO, Hub.MAIN, "config.json", DownloadListener.NONE);
    } finally {
      if (Files.exists(cache)) {
        empty();
      }
    }
  }

  private void empty() throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
