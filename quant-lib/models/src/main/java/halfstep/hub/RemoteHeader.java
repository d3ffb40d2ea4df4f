package halfstep.hub;

import halfstep.hub.HubException.Reason;
import halfstep.safetensors.HeaderBytes;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The header of a safetensors file on the hub, by ranges: its length first, then as much. */
final class RemoteHeader {

  private final HubHttp http;
  private final Subject subject;

  RemoteHeader(HubHttp http, Subject subject) {
    this.http = http;
    this.subject = subject;
  }

  List<TensorInfo> tensors(FileMetadata metadata) {
    Path name = Path.of(subject.file());
    byte[] first = range(metadata, 0, Math.min(Long.BYTES, metadata.size()));
    int length = HeaderBytes.length(name, first, metadata.size());
    byte[] json = range(metadata, Long.BYTES, Long.BYTES + (long) length);
    return HeaderBytes.tensors(name, json, metadata.size());
  }

  /** Bytes {@code from} (included) to {@code to} (excluded). */
  private byte[] range(FileMetadata metadata, long from, long to) {
    int count = Math.toIntExact(to - from);
    String range = "bytes=%d-%d".formatted(from, to - 1);
    for (int failures = 1; ; failures++) {
      try {
        HttpResponse<BodyChunks> answer =
            http.content(metadata.location(), Optional.of(range), subject);
        try (BodyChunks body = answer.body()) {
          if (answer.statusCode() == 206) {
            byte[] bytes = HubHttp.all(body, count, http.patience());
            if (bytes.length == count) {
              return bytes;
            }
          } else if (!Retry.mayPass(answer.statusCode())) {
            throw new HubException(
                Reason.SERVER,
                "%s: its header cannot be read alone, %s answers %d to a request for a range"
                    .formatted(subject, metadata.location().getHost(), answer.statusCode()));
          }
        }
        pauseOrGiveUp(metadata, failures, new IOException("the answer was cut short"));
      } catch (InterruptedException e) {
        throw HubHttp.interrupted(subject);
      } catch (IOException e) {
        pauseOrGiveUp(metadata, failures, e);
      }
    }
  }

  private void pauseOrGiveUp(FileMetadata metadata, int failures, IOException cause) {
    if (failures >= http.retry().attempts()) {
      throw HubErrors.unreachable(subject, metadata.location(), cause);
    }
    Retry.sleep(http.retry().pause(failures), "reading the header of " + subject);
  }
}
