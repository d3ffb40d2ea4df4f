package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "20000, 20000",
    "1B, 1",
    "500MB, 500000000",
    "5GB, 5000000000",
    "4GiB, 4294967296",
    "2 KiB, 2048",
    "' 1TiB ', 1099511627776"
  })
  void words(String text, long bytes) {
    assertEquals(bytes, ByteSize.of("--size", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GB", "4G", "4gib", "-1GB", "1.5GB", "12345678901B"})
  void whatIsNoSize(String text) {
    assertEquals(
        "--size \"%s\" is no size; write for example 4GiB or 500MB".formatted(text),
        assertThrows(UsageException.class, () -> ByteSize.of("--size", text)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0GiB"})
  void nothing(String text) {
    assertEquals(
        "--size %s holds nothing".formatted(text),
        assertThrows(UsageException.class, () -> ByteSize.of("--size", text)).getMessage());
  }
}
