package halfstep.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in every form that is read, and what is said about the others. */
class DocumentsTest {

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path packed(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static Path table(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(DocumentsTest.class.getResource("/text/" + name)).toURI());
  }

  private static List<String> all(Path file) {
    List<String> documents = new ArrayList<>();
    try (Documents source = Documents.open(file)) {
      for (String next = source.next(); next != null; next = source.next()) {
        documents.add(next);
      }
      assertNull(source.next(), "the end stays the end");
    }
    return documents;
  }

  private static String refusal(Path file) {
    return String.valueOf(assertThrows(TokenizerException.class, () -> all(file)).getMessage());
  }

  @Test
  void aTextIsOneDocument() throws IOException {
    assertEquals(List.of("a\n\nb ß\n"), all(file("a.txt", "a\n\nb ß\n")));
    assertEquals(List.of("class A {}"), all(file("A.java", "class A {}")));
    assertEquals(List.of("packed ß"), all(packed("a.txt.gz", "packed ß")));
    assertEquals(List.of(), all(file("blank.txt", " \n")));
  }

  @Test
  void recordsAreDocuments() throws IOException {
    String lines =
        """
        {"text": "one"}

        "two"
        {"id": 3, "content": "three"}
        {"instruction": "Add.", "input": "", "output": "1 + 1"}
        {"prompt": "p", "completion": "c"}
        {"text": " "}
        """;
    List<String> expected = List.of("one", "two", "three", "Add.\n\n1 + 1", "p\n\nc");
    assertEquals(expected, all(file("a.jsonl", lines)));
    assertEquals(expected, all(packed("a.jsonl.gz", lines)));
    assertEquals(
        List.of("one", "Add.\n\n2\n\n3"),
        all(
            file(
                "a.json",
                """
                [{"text": "one"}, {"instruction": "Add.", "input": "2", "output": "3"}]\
                """)));
    assertEquals("one\n\ntwo", Documents.joined(file("b.jsonl", "\"one\"\n\"two\"\n")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "gzip", "none"})
  void rowsOfATableAreDocuments(String codec) throws URISyntaxException {
    List<String> rows = all(table("rows-%s.parquet".formatted(codec)));
    assertEquals(503, rows.size(), "an empty row and a null are none");
    assertEquals("first row\n", rows.getFirst());
    assertEquals("zweite Zeile – ß", rows.get(1));
    assertEquals("third ".repeat(2000), rows.get(2));
    assertEquals("row 499", rows.getLast());
  }

  @Test
  void tablesThatAreNotRead() throws URISyntaxException, IOException {
    String zstd = refusal(table("rows-zstd.parquet"));
    assertTrue(zstd.contains("rows-zstd.parquet is compressed with ZSTD"), zstd);
    String columns = refusal(table("no-text.parquet"));
    assertTrue(
        columns.endsWith("no column text, content or code; its columns are [tokens]"), columns);
    assertTrue(refusal(file("x.parquet", "PAR1 not really")).contains("no usable parquet table"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.jsonl | {\"text\": \"x\"}NEWLINE{oops | line 2 is no JSON",
        "a.jsonl | {\"tokens\": 1} | line 1: it holds no text; expected a field text, content or code",
        "a.json | {\"text\": \"x\"} | is no array of records",
        "a.json | [{\"text\": \"x\"}, | is no JSON",
        "a.txt.zst | x | compressed in a way that is not read",
        "a.txt.gz | x | cannot be read: it is",
        "a.parquet.gz | x | compressed inside"
      })
  void refusals(String name, String content, String part) throws IOException {
    String message = refusal(file(name, content.replace("NEWLINE", "\n")));
    assertTrue(message.contains(part), message);
    assertTrue(message.contains(name), message);
  }

  @Test
  void bytesThatAreNoText() throws IOException {
    Path file = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE4, 'b'});
    assertTrue(refusal(file).endsWith("it is no text in UTF-8"));
    assertEquals(
        "there is no text " + folder.resolve("nowhere.txt"),
        refusal(folder.resolve("nowhere.txt")));
    Path cut = packed("cut.txt.gz", "text ".repeat(1000));
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 30));
    assertTrue(refusal(cut).endsWith("it is cut off; fetch it again"));
  }

  @Test
  void overlapIsCountedInSequencesOfThirteenTokens() {
    int[] text = java.util.stream.IntStream.range(0, 113).toArray();
    int[] other = java.util.stream.IntStream.range(1000, 1100).toArray();
    assertEquals(new Overlap(13, 101, 101), Overlap.of(List.of(text), text));
    assertEquals(new Overlap(13, 0, 101), Overlap.of(List.of(other), text));
    int[] part = java.util.Arrays.copyOf(text, 30);
    Overlap some = Overlap.of(List.of(other, part), text);
    assertEquals(new Overlap(13, 18, 101), some);
    assertTrue(some.isNotable());
    assertTrue(some.toString().startsWith("17.8 % of the evaluation's sequences"), some.toString());
    assertEquals(0, Overlap.of(List.of(text), new int[5]).share());
  }
}
