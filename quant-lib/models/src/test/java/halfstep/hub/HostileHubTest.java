package halfstep.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hub.HubException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that send the client elsewhere, or claim what cannot be. */
class HostileHubTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://x/y", "http://", "mailto:a", "http://a b", "jar:x!/"})
  void redirectsThatAreNoWebAddress(String location) {
    try (FakeHub fake = new FakeHub()) {
      fake.small("config.json", "{}");
      fake.hubFaults.add(FakeHub.status(302, "Location", location));
      HubException refusal =
          assertThrows(
              HubException.class,
              () ->
                  fake.client(folder)
                      .file(FakeHub.REPO, Hub.MAIN, "config.json", DownloadListener.NONE));
      assertEquals(Reason.SERVER, refusal.reason());
      assertTrue(
          String.valueOf(refusal.getMessage()).contains("which is no web address"),
          refusal.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "9223372036854775807", "1e30"})
  void sizesThatCannotBe(String size) {
    String listing =
        "{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": %s}]}"
            .formatted(FakeHub.COMMIT, size);
    byte[] json = listing.getBytes(StandardCharsets.UTF_8);
    Subject subject = new Subject(FakeHub.REPO, Hub.MAIN, "");
    assertThrows(HubException.class, () -> RepoListing.parse(json, subject));
  }
}
