package halfstep.hub;

import halfstep.hub.HubException.Reason;
import halfstep.tensor.Parallel;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Fetches one blob into {@code ETAG.halfstep.incomplete}, going on where an earlier attempt ended,
 * proves it by its hash and moves it to its name in one step. Runs under the blob's lock.
 */
final class BlobDownload {

  private static final int BLOCK = 1 << 20;

  private final HubHttp http;
  private final RepoCache cache;
  private final Subject subject;
  private final Supplier<FileMetadata> lookup;
  private final LongConsumer listener;
  private FileMetadata metadata;
  private int failures;
  private boolean pieced;

  /**
   * @param metadata of the file
   * @param lookup asks for it again: a signed address is good for some minutes only
   * @param listener hears how many bytes are there
   */
  BlobDownload(
      HubHttp http,
      RepoCache cache,
      Subject subject,
      FileMetadata metadata,
      Supplier<FileMetadata> lookup,
      LongConsumer listener) {
    this.http = http;
    this.cache = cache;
    this.subject = subject;
    this.metadata = metadata;
    this.lookup = lookup;
    this.listener = listener;
  }

  /**
   * Fetches until the blob is there and right.
   *
   * @throws HubException if it cannot be had; what arrived is kept for the next time unless it was
   *     wrong
   * @throws halfstep.tensor.InterruptedWork at once on an interrupt; what arrived is kept
   */
  void run() throws IOException {
    Etag etag = metadata.etag();
    Path partial = cache.incomplete(etag);
    if (!etag.isHash()) {
      Files.deleteIfExists(partial); // nothing could prove that the pieces fit
    }
    requireRoom(partial);
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      pieced = channel.size() > 0;
      boolean proved = isProved(fill(channel));
      if (!proved && pieced) {
        channel.truncate(0); // one of the pieces may be to blame: once more, from the start
        proved = isProved(fill(channel));
      }
      if (!proved) {
        channel.truncate(0);
        throw corrupt("its content does not have the hash %s".formatted(etag.value()));
      }
      channel.force(true);
    } catch (ClosedByInterruptException e) {
      throw HubHttp.interrupted(subject);
    }
    Files.move(
        partial,
        cache.blob(etag),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean isProved(MessageDigest digest) {
    return !metadata.etag().isHash() || metadata.etag().isProvedBy(digest);
  }

  private void requireRoom(Path partial) throws IOException {
    long there = Files.exists(partial) ? Files.size(partial) : 0;
    long room = Files.getFileStore(partial.getParent()).getUsableSpace();
    if (metadata.size() - there > room) {
      throw new HubException(
          Reason.CACHE,
          "%s needs %s, but the disk of %s has %s left; set HF_HOME to a folder with more"
              .formatted(
                  subject,
                  Bytes.text(metadata.size() - there),
                  partial.getParent(),
                  Bytes.text(room)));
    }
  }

  /** Goes on until the file has its full length; returns the digest of all of it. */
  private MessageDigest fill(FileChannel channel) throws IOException {
    if (channel.size() > metadata.size()) {
      channel.truncate(0);
    }
    MessageDigest digest = digestOf(channel);
    while (channel.size() < metadata.size()) {
      long before = channel.size();
      Optional<HttpHeaders> refusal = Optional.empty();
      String trouble;
      try {
        HttpResponse<BodyChunks> answer = ask(before);
        try (BodyChunks body = answer.body()) {
          int status = answer.statusCode();
          if (status == 200 && before > 0) {
            channel.truncate(0); // it does not know ranges: all comes anew
            digest = metadata.etag().digest(metadata.size());
          }
          if (status == 200 || (status == 206 && beginsAt(answer.headers(), before))) {
            take(body, channel, digest);
          } else {
            refusal = Optional.of(answer.headers());
            refuse(status, answer);
          }
          trouble = "it answered %d and ended early".formatted(status);
        }
      } catch (ClosedByInterruptException e) {
        throw HubHttp.interrupted(subject);
      } catch (IOException e) {
        trouble = e.getMessage() == null ? e.toString() : e.getMessage();
      }
      if (channel.size() < metadata.size()) {
        again(channel.size() > before, trouble, refusal, channel.size());
      }
    }
    return digest;
  }

  private HttpResponse<BodyChunks> ask(long from) throws IOException {
    Optional<String> range = from > 0 ? Optional.of("bytes=%d-".formatted(from)) : Optional.empty();
    return http.content(metadata.location(), range, subject);
  }

  private static boolean beginsAt(HttpHeaders headers, long from) {
    return headers.firstValue("Content-Range").orElse("").matches("bytes " + from + "-.*");
  }

  /** Refuses what will not pass; an expired address is replaced by a fresh one. */
  private void refuse(int status, HttpResponse<?> answer) {
    if (status == 401 || status == 403) {
      FileMetadata fresh = lookup.get();
      if (!fresh.etag().equals(metadata.etag())) {
        throw corrupt("it changed on the hub meanwhile; try again");
      }
      metadata = fresh;
    } else if (status != 206 && status != 416 && !Retry.mayPass(status)) {
      throw new HubException(
          Reason.SERVER,
          "%s: %s answers %d"
              .formatted(subject, metadata.location().getHost(), answer.statusCode()));
    }
  }

  private void take(BodyChunks body, FileChannel channel, MessageDigest digest) throws IOException {
    long at = channel.size();
    for (List<ByteBuffer> part = next(body); !part.isEmpty(); part = next(body)) {
      for (ByteBuffer buffer : part) {
        if (at + buffer.remaining() > metadata.size()) {
          channel.truncate(0);
          throw corrupt("more than the promised %d bytes came".formatted(metadata.size()));
        }
        digest.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
          at += channel.write(buffer, at);
        }
      }
      listener.accept(at);
    }
  }

  private List<ByteBuffer> next(BodyChunks body) throws IOException {
    try {
      return body.next(http.patience());
    } catch (InterruptedException e) {
      throw HubHttp.interrupted(subject);
    }
  }

  /** Waits before the next attempt; progress makes it the first again. */
  private void again(boolean progress, String trouble, Optional<HttpHeaders> refusal, long there) {
    failures = progress ? 1 : failures + 1;
    pieced = true;
    Duration pause =
        refusal
            .map(headers -> http.retry().pause(failures, headers))
            .orElseGet(() -> http.retry().pause(failures));
    if (failures >= http.retry().attempts() || pause.compareTo(http.retry().longest()) > 0) {
      throw new HubException(
          Reason.UNREACHABLE,
          "%s: %s of %s came, then %d attempts brought nothing (%s); what came is kept, so the same command goes on from there"
              .formatted(
                  subject, Bytes.text(there), Bytes.text(metadata.size()), failures, trouble));
    }
    Retry.sleep(pause, "fetching " + subject);
  }

  private MessageDigest digestOf(FileChannel channel) throws IOException {
    MessageDigest digest = metadata.etag().digest(metadata.size());
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long at = 0;
    for (int count = channel.read(block, at); count >= 0; count = channel.read(block, at)) {
      Parallel.checkInterrupt("fetching " + subject);
      digest.update(block.flip());
      block.clear();
      at += count;
    }
    return digest;
  }

  private HubException corrupt(String problem) {
    return new HubException(Reason.CORRUPT, "%s: %s; nothing was kept".formatted(subject, problem));
  }
}
