package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.llm.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The embedded models on WikiText-2's raw test text, which is under a share-alike licence and so
 * not shipped. Skipped unless {@code -Dhalfstep.wikitext=FILE} or {@code HALFSTEP_WIKITEXT} names
 * the file (1,290,590 bytes).
 */
class WikiTextTest {

  private static final Path EMBEDDED = Path.of("..", "..", "notebooks", "models");

  private static String text() throws IOException {
    Optional<String> file =
        Optional.ofNullable(System.getProperty("halfstep.wikitext"))
            .or(() -> Optional.ofNullable(System.getenv("HALFSTEP_WIKITEXT")));
    assumeTrue(
        file.isPresent(),
        "WikiText-2 is not shipped: name its wiki.test.raw by -Dhalfstep.wikitext=FILE or HALFSTEP_WIKITEXT");
    return Files.readString(Path.of(file.get()));
  }

  /**
   * Expected: torch, {@code python perplexity.py ../MODEL wiki.test.raw --max-tokens 16384 --digits
   * 5} in notebooks/models/train.
   */
  @ParameterizedTest
  @CsvSource({"natural, 144.43159, 3.46668", "experts, 162.37965, 3.89700"})
  void perplexityIsThatOfTorch(String name, double expected, double error) throws IOException {
    String text = text();
    Model model = Model.open(EMBEDDED.resolve(name));
    Perplexity perplexity =
        Perplexity.of(model, model.tokenizer().encode(text), Windowing.papers(256).atMost(16384));
    assertEquals(64, perplexity.windows());
    assertEquals(expected, perplexity.value(), 1e-4 * expected);
    assertEquals(error, perplexity.standardError(), 1e-3 * error);
  }
}
