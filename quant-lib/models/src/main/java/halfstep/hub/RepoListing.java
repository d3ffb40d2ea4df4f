package halfstep.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a repository holds.
 *
 * @param commit that the revision means
 * @param sizes bytes by file name
 */
record RepoListing(String commit, Map<String, Long> sizes) {

  private static final int MOST_BYTES = 64 << 20;

  /** A petabyte, so that sums of sizes stay sums. */
  private static final long MOST_FILE_BYTES = 1L << 50;

  static RepoListing fetch(HubHttp http, HubSettings settings, Subject subject) {
    URI uri =
        URI.create(
            "%s/api/%s/revision/%s?blobs=true"
                .formatted(
                    settings.endpoint(),
                    subject.repo().apiPath(),
                    Hub.encoded(subject.revision())));
    return parse(http.small(uri, MOST_BYTES, subject), subject);
  }

  /** What an answer lists; a size that cannot be is refused. */
  static RepoListing parse(byte[] json, Subject subject) {
    JsonNode root;
    try {
      root = JsonMapper.builder().build().readTree(json);
    } catch (IOException e) {
      throw wrong(subject, e);
    }
    String commit = root.path("sha").asText();
    if (!RepoCache.isCommit(commit) || !root.path("siblings").isArray()) {
      throw wrong(subject, null);
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (JsonNode file : root.path("siblings")) {
      long size = file.path("size").asLong();
      if (size < 0 || size > MOST_FILE_BYTES) {
        throw wrong(subject, null);
      }
      sizes.put(file.path("rfilename").asText(), size);
    }
    return new RepoListing(commit, sizes);
  }

  private static HubException wrong(
      Subject subject, @org.jspecify.annotations.Nullable IOException cause) {
    return new HubException(
        Reason.SERVER,
        "%s: the hub's listing is no listing; check HF_ENDPOINT and the proxy".formatted(subject),
        cause);
  }
}
