package halfstep.hub;

import halfstep.fuzz.FolderTarget;
import halfstep.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What a hub sends: its listing, an index, and whole answers on the wire. */
public final class HubTargets {

  private static final String INDEX = "model.safetensors.index.json";

  private HubTargets() {}

  /** All of them. */
  public static List<FuzzTarget> in(Path folder) throws IOException {
    return List.of(listing(folder), index(folder), new HubAnswers(folder.resolve("hub-cache")));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static FuzzTarget listing(Path folder) throws IOException {
    byte[] seed =
        text(
            """
            {"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [
             {"rfilename": "config.json", "size": 100},
             {"rfilename": "model.safetensors", "size": 40000}]}
            """);
    Subject subject = new Subject(FakeHub.REPO, Hub.MAIN, "");
    return new FolderTarget(
        "hub-listing",
        Files.createDirectories(folder.resolve("hub-listing")),
        List.of("listing.json"),
        List.of(seed),
        at -> {
          byte[] answer = Files.readAllBytes(at.resolve("listing.json"));
          RepoListing listing = RepoListing.parse(answer, subject);
          RepoCache cache = new RepoCache(FakeHub.settingsIn(at), FakeHub.REPO);
          ModelFiles.choose(subject, listing.sizes().keySet(), Set.of("a.safetensors"))
              .forEach(name -> cache.contains(listing.commit(), name));
          listing.sizes().keySet().forEach(name -> cache.pointer(listing.commit(), name));
        });
  }

  private static FuzzTarget index(Path folder) throws IOException {
    byte[] seed = text("{\"weight_map\": {\"a\": \"x.safetensors\", \"b\": \"y.safetensors\"}}");
    return new FolderTarget(
        "hub-index",
        Files.createDirectories(folder.resolve("hub-index")),
        List.of(INDEX),
        List.of(seed),
        at -> {
          RepoCache cache = new RepoCache(FakeHub.settingsIn(at), FakeHub.REPO);
          for (String shard : ModelFiles.shards(at.resolve(INDEX))) {
            cache.contains(FakeHub.COMMIT, shard);
          }
        });
  }
}
