package halfstep.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.FileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** {@code trace.jsonl}: one JSON object per line and step. */
final class TraceWriter implements AutoCloseable {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final Writer out;

  TraceWriter(Path file) {
    this.file = file;
    try {
      this.out = new BufferedWriter(new FileWriter(file.toFile(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** Writes a line that {@link #line} gave. */
  void write(String line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** A step as a line of the file. */
  static String line(TraceLine step) {
    return node(step).toString();
  }

  private static ObjectNode node(TraceLine line) {
    ObjectNode node = JSON.createObjectNode();
    return switch (line) {
      case TraceLine.Hqq hqq ->
          node.put("layer", hqq.layer())
              .put("iteration", hqq.iteration())
              .put("beta", hqq.beta())
              .put("meanAbsError", hqq.meanAbsError())
              .put("zeroShift", hqq.zeroShift())
              .put("codesChanged", hqq.codesChanged())
              .put("shrinkActive", hqq.shrinkActive());
      case TraceLine.LeastSquares squares ->
          node.put("layer", squares.layer())
              .put("round", squares.round())
              .put("meanSquareError", squares.meanSquareError())
              .put("groupsImproved", squares.groupsImproved());
      case TraceLine.Gptq gptq ->
          node.put("layer", gptq.layer()).put("block", gptq.block()).put("loss", gptq.loss());
      case TraceLine.Awq awq ->
          node.put("block", awq.block())
              .put("group", awq.group())
              .put("ratio", Float.isNaN(awq.ratio()) ? null : awq.ratio())
              .put("loss", awq.loss())
              .put("best", awq.best());
    };
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
