package halfstep.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderReaderTest {

  @TempDir private Path folder;

  private String refusal(Path file) {
    SafetensorsException refused =
        assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(file));
    assertEquals(file, refused.file());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring(file.toString().length() + 2);
  }

  private String refusal(String header, int dataBytes) throws IOException {
    return refusal(RawFile.write(folder.resolve("f.safetensors"), header, dataBytes));
  }

  @Test
  void aMissingFile() {
    assertEquals("there is no such file", refusal(folder.resolve("none.safetensors")));
  }

  @Test
  void lengths() throws IOException {
    Path file = folder.resolve("f.safetensors");
    assertEquals(
        "3 bytes are too few for a safetensors file", refusal(Files.write(file, new byte[3])));
    assertEquals(
        "it is cut off: the header should take 500 bytes, but 2 follow; fetch the file again",
        refusal(RawFile.write(file, 500, new byte[] {'{', '}'}, 0)));
    assertEquals(
        "it claims a header of 18446744073709551615 bytes, allowed are 2 to 100000000; this is no"
            + " safetensors file",
        refusal(RawFile.write(file, -1, new byte[] {'{', '}'}, 0)));
  }

  @Test
  void jsonThatIsNone() throws IOException {
    assertTrue(refusal("{\"a\": ", 0).startsWith("its header is no valid JSON: "));
    assertTrue(refusal("{} x", 0).startsWith("its header is no valid JSON: "));
    assertEquals("its header is no JSON object; this is no safetensors file", refusal("[1, 2]", 0));
    assertEquals(
        "its header is no valid JSON: Duplicate field 'a'",
        refusal(
            """
            {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
             "a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}\
            """,
            2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F31 | [2] | [0,8] | 8 | its dtype \"F31\" is unknown",
        "F32 | [2] | [0,7] | 7 | F32 of [2] take 8 bytes, but its offsets span 7",
        "F32 | [2] | [8,0] | 8 | data_offsets [8, 0] are no begin and end",
        "F32 | [2] | [0] | 8 | data_offsets [0] are no begin and end",
        "F32 | [-2] | [0,8] | 8 | shape [-2] holds -2, which is no size",
        "F32 | [1.5] | [0,8] | 8 | shape [1.5] holds 1.5, which is no size",
        "F32 | 2 | [0,8] | 8 | its shape is missing",
        "U8 | [4294967296,4294967296] | [0,8] | 8"
            + " | a shape of [4294967296, 4294967296] overflows",
        "F32 | [2] | [0,8] | 6 | it should end at byte 8 of the data, but the file holds 6:"
            + " it is cut off or corrupt; fetch it again",
        "F32 | [2] | [4,12] | 12 | it leaves a gap after the header",
      })
  void wrongTensors(String dtype, String shape, String offsets, int bytes, String problem)
      throws IOException {
    String header =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets);
    assertEquals("tensor w: " + problem, refusal(header, bytes));
  }

  @Test
  void overlaps() throws IOException {
    assertEquals(
        "tensor b: it overlaps tensor a",
        refusal(
            """
            {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
             "b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}\
            """,
            6));
  }

  @Test
  void bytesBehindTheLastTensor() throws IOException {
    assertEquals(
        "3 bytes follow the last tensor; the file is corrupt",
        refusal("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 7));
  }

  @Test
  void metadataThatIsNoText() throws IOException {
    assertEquals("its metadata n is no text", refusal("{\"__metadata__\":{\"n\":1}}", 0));
  }

  @Test
  void emptyTensorsAndPaddingAreFine() throws IOException {
    Path file =
        RawFile.write(
            folder.resolve("f.safetensors"),
            """
            {"__metadata__":{"k":"v"},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[2,2]},
             "s":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}\
            """,
            2);
    SafetensorsFile opened = SafetensorsFile.open(file);
    assertEquals(List.of("e", "s"), opened.names());
    assertEquals("v", opened.metadata().get("k"));
    assertEquals(1, opened.info("s").elements());
    assertEquals("e F32 [0 × 3]", opened.info("e").toString());
  }
}
