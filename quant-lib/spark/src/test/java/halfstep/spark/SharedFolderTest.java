package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFolderTest {

  @TempDir private Path folder;

  private SharedFolder made() {
    return SharedFolder.made(folder.resolve("shared").toUri().toString(), new Configuration());
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("shared"))) {
      return all.count();
    }
  }

  @Test
  void whatIsWrittenTwiceIsThereOnce() throws IOException {
    SharedFolder shared = made();
    shared.write("a", out -> out.writeLong(5));
    shared.write("a", out -> out.writeLong(5));
    assertEquals(5L, shared.<Long>read("a", in -> in.readLong()));
    assertEquals(1, files());
  }

  /** A task that fails halfway leaves no file under the name. */
  @Test
  void halfAFileIsNone() {
    SharedFolder shared = made();
    assertThrows(
        UncheckedIOException.class,
        () ->
            shared.write(
                "a",
                out -> {
                  out.writeLong(5);
                  throw new IOException("the network went");
                }));
    assertFalse(shared.has("a"));
  }

  @Test
  void aChangedByteIsSeen() throws IOException {
    SharedFolder shared = made();
    shared.write("a", out -> out.writeLong(5));
    Path file = folder.resolve("shared").resolve("a");
    byte[] bytes = Files.readAllBytes(file);
    bytes[3] ^= 1;
    Files.write(file, bytes);
    UncheckedIOException seen =
        assertThrows(UncheckedIOException.class, () -> shared.read("a", in -> in.readLong()));
    assertTrue(String.valueOf(seen.getCause()).contains("checksum"), seen::toString);
  }

  /** A task that outlives its job must not make the folder anew. */
  @Test
  void whatIsGoneStaysGone() {
    SharedFolder shared = made();
    shared.delete();
    assertThrows(UncheckedIOException.class, () -> shared.write("a", out -> out.writeLong(5)));
    assertFalse(Files.exists(folder.resolve("shared")));
  }

  /** Nor may one that is just writing keep it, or make it between a look and the writing. */
  @Test
  void whatIsGoneStaysGoneWhileOthersWrite() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      SharedFolder shared = made();
      List<Thread> tasks =
          IntStream.range(0, 4)
              .mapToObj(task -> Thread.ofPlatform().start(() -> writeOn(shared, task)))
              .toList();
      Thread.sleep(2);
      shared.delete();
      for (Thread task : tasks) {
        task.join();
      }
      assertFalse(Files.exists(folder.resolve("shared")), "in round " + round);
    }
  }

  /** Writes until the folder is gone, or for a second or so if it comes back. */
  private static void writeOn(SharedFolder shared, int task) {
    try {
      for (int file = 0; file < 20_000; file++) {
        String name = "%d-%d".formatted(task, file);
        shared.write(name, out -> out.writeLong(5));
      }
    } catch (UncheckedIOException gone) {
      // as it should be
    }
  }
}
