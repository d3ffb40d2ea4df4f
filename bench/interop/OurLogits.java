import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.llm.Model;
import halfstep.tensor.Matrix;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our forward pass on a plain folder: {@code OurLogits FOLDER IDS.json OUT.npy}. */
public final class OurLogits {

  private OurLogits() {}

  public static void main(String[] arguments) throws Exception {
    Model model = Model.open(Path.of(arguments[0]));
    JsonNode rows = JsonMapper.builder().build().readTree(Path.of(arguments[1]).toFile());
    JsonNode row = rows.path("input_ids").path(0);
    int[] ids = new int[row.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row.get(i).intValue();
    }
    Matrix logits = model.logits(ids);
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(logits.rows(), logits.cols());
    int padded = Math.ceilDiv(10 + header.length() + 1, 64) * 64 - 10;
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (10 + padded + logits.size() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded);
    bytes.put(
        (header + " ".repeat(padded - header.length() - 1) + "\n")
            .getBytes(StandardCharsets.US_ASCII));
    for (long i = 0; i < logits.size(); i++) {
      bytes.putFloat(logits.at(i));
    }
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[2]))) {
      out.write(bytes.array());
    }
  }
}
