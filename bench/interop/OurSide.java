import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.llm.Model;
import halfstep.magics.cli.Main;
import halfstep.tensor.Matrix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Our side of the comparison, one process for all of it: reads a JSON list of words per line,
 * {@code ["halfstep", "quantize", …]} or {@code ["logits", FOLDER, IDS.json, OUT.npy]}, and answers
 * with a JSON object of status, out and err.
 */
public final class OurSide {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OurSide() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      answers.println(answer(JSON.readTree(line)));
    }
  }

  private static ObjectNode answer(JsonNode words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status;
    try {
      String[] rest = new String[words.size() - 1];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = words.get(i + 1).asText();
      }
      status =
          switch (words.get(0).asText()) {
            case "halfstep" -> Main.run(new PrintWriter(out, true), new PrintWriter(err, true), rest);
            case "logits" -> logits(Path.of(rest[0]), Path.of(rest[1]), Path.of(rest[2]));
            default -> throw new IllegalArgumentException("no such request: " + words);
          };
    } catch (IOException | RuntimeException e) {
      e.printStackTrace(new PrintWriter(err, true));
      status = 1;
    }
    return JSON.createObjectNode()
        .put("status", status)
        .put("out", out.toString())
        .put("err", err.toString());
  }

  /** Our forward pass on a plain folder, of the first row of {@code input_ids}. */
  private static int logits(Path folder, Path idsFile, Path npy) throws IOException {
    JsonNode row = JSON.readTree(idsFile.toFile()).path("input_ids").path(0);
    int[] ids = new int[row.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row.get(i).intValue();
    }
    write(Model.open(folder).logits(ids), npy);
    return 0;
  }

  private static void write(Matrix values, Path npy) throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(values.rows(), values.cols());
    int padded = Math.ceilDiv(10 + header.length() + 1, 64) * 64 - 10;
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (10 + padded + values.size() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded);
    bytes.put(
        (header + " ".repeat(padded - header.length() - 1) + "\n")
            .getBytes(StandardCharsets.US_ASCII));
    for (long i = 0; i < values.size(); i++) {
      bytes.putFloat(values.at(i));
    }
    try (OutputStream out = Files.newOutputStream(npy)) {
      out.write(bytes.array());
    }
  }
}
