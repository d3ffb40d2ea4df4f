package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.LayerRule;
import halfstep.job.TraceLine;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecordsTest {

  private static byte[] written(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Records.write(new DataOutputStream(bytes), value);
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] bytes, Class<T> type) throws IOException {
    return Records.read(new DataInputStream(new ByteArrayInputStream(bytes)), type);
  }

  /** Numbers that no decimal text would keep are among these. */
  @Test
  void comeBackAsTheyWere() throws IOException {
    ErrorMetrics odd =
        new ErrorMetrics(
            Math.PI, Double.MIN_VALUE, -0.0, Double.POSITIVE_INFINITY, 1e-300, 1.0 / 3);
    QuantSpec spec = QuantSpec.of(3, 64);
    for (Record record :
        List.of(
            Hqq.DEFAULT,
            Gptq.DEFAULT,
            new AwqThen(Hqq.V2),
            new Rtn(),
            spec,
            new LayerRule("*.down_proj", Optional.of(Bits.TERNARY), OptionalInt.empty()),
            new LayerRule("*", Optional.empty(), OptionalInt.of(QuantSpec.WHOLE)),
            new TraceLine.Awq(3, "q_proj+k_proj", Float.NaN, 0.25, true),
            new LayerError(
                "a", new Shape(3, 5), new Rtn(), spec, 4.5, odd, OptionalDouble.of(1e-9)))) {
      Record back = read(written(record), record.getClass());
      assertEquals(record, back);
    }
  }

  @Test
  void textsOfAnyLength() throws IOException {
    String text = "ŵ".repeat(100_000);
    assertEquals(List.of(text), read(written(List.of(text)), List.class));
  }

  /** A file in a shared folder may be anybody's. */
  @Test
  void nothingButOursIsMade() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte('r');
    out.writeUTF("java.lang.ProcessBuilder");
    IOException foreign =
        assertThrows(IOException.class, () -> read(bytes.toByteArray(), Object.class));
    assertTrue(String.valueOf(foreign.getMessage()).contains("none of Halfstep's"));
    bytes.reset();
    out.writeByte('r');
    out.writeUTF("halfstep.spark.SparkProvider");
    assertThrows(IOException.class, () -> read(bytes.toByteArray(), Object.class));
    bytes.reset();
    out.writeByte('e');
    out.writeUTF("halfstep.quant.QuantSpec");
    out.writeUTF("FOUR");
    assertThrows(IOException.class, () -> read(bytes.toByteArray(), Object.class));
  }
}
