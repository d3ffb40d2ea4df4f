package halfstep.kernel.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import halfstep.kernel.spi.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireCodecTest {

  private final WireCodec codec = new WireCodec(new Signer("hmac-sha256", "secret"));

  private static Message message() {
    return new Message(
        List.of(bytes("peer")),
        Message.freshHeader("execute_request"),
        Json.object("msg_id", "p"),
        new JsonObject(),
        Json.object("code", "\"ä😀\" <b>"),
        List.of(new byte[] {1, 2}, new byte[0]));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsEncodedIsDecoded() throws BadMessageException {
    Message sent = message();
    Message received = codec.decode(codec.encode(sent));
    assertEquals(sent.header(), received.header());
    assertEquals(sent.parent(), received.parent());
    assertEquals(sent.content(), received.content());
    assertEquals("execute_request", received.type());
    assertArrayEquals(bytes("peer"), received.identities().getFirst());
    assertEquals(2, received.buffers().size());
    assertArrayEquals(new byte[] {1, 2}, received.buffers().getFirst());
  }

  @Test
  void signatureIsTheHmacOfTheFourParts() {
    // python3: hmac.new(b"secret", b"{}{}{}{}", "sha256").hexdigest()
    byte[] empty = bytes("{}");
    assertEquals(
        "34982f0bfec60e7b933ffde06c1ecab0fba073717a95ab943d1dd06f82c2d5e4",
        new Signer("hmac-sha256", "secret").sign(List.of(empty, empty, empty, empty)));
  }

  @Test
  void aChangedPartIsRefused() {
    List<byte[]> frames = new ArrayList<>(codec.encode(message()));
    frames.set(6, bytes("{\"code\":\"evil\"}"));
    BadMessageException refused =
        assertThrows(BadMessageException.class, () -> codec.decode(frames));
    assertEquals(
        "message signed with another key than the connection file's; it is ignored",
        refused.getMessage());
  }

  @Test
  void anotherKeyIsRefused() {
    List<byte[]> frames = new WireCodec(new Signer("hmac-sha256", "other")).encode(message());
    assertThrows(BadMessageException.class, () -> codec.decode(frames));
  }

  @Test
  void anEmptyKeyMeansNoSignatures() throws BadMessageException {
    WireCodec open = new WireCodec(new Signer("hmac-sha256", ""));
    List<byte[]> frames = open.encode(message());
    assertEquals(0, frames.get(2).length);
    assertEquals("execute_request", open.decode(frames).type());
  }

  @Test
  void fragmentsAreRefused() {
    BadMessageException refused =
        assertThrows(
            BadMessageException.class, () -> codec.decode(List.of(bytes("a"), bytes("b"))));
    assertEquals(
        "message of 2 frames, expected a delimiter and at least 5 after it", refused.getMessage());
  }

  @Test
  void partsThatAreNoObjectsAreRefused() {
    Signer signer = new Signer("hmac-sha256", "secret");
    List<byte[]> parts = List.of(bytes("[]"), bytes("{}"), bytes("{}"), bytes("{}"));
    List<byte[]> frames = new ArrayList<>(List.of(bytes("<IDS|MSG>"), bytes(signer.sign(parts))));
    frames.addAll(parts);
    BadMessageException refused =
        assertThrows(BadMessageException.class, () -> codec.decode(frames));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("message whose parts are no JSON objects"));
  }

  @Test
  void aMessageIsReadOnce() throws BadMessageException {
    List<byte[]> frames = codec.encode(message());
    codec.decode(frames);
    BadMessageException refused =
        assertThrows(BadMessageException.class, () -> codec.decode(frames));
    assertEquals(
        "message that came before, signature and all; it is ignored", refused.getMessage());
  }

  @Test
  void signedBytesThatAreNoUtf8AreRefused() {
    Signer signer = new Signer("hmac-sha256", "secret");
    byte[] broken = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    List<byte[]> parts = List.of(bytes("{}"), bytes("{}"), bytes("{}"), broken);
    List<byte[]> frames = new ArrayList<>(List.of(bytes("<IDS|MSG>"), bytes(signer.sign(parts))));
    frames.addAll(parts);
    BadMessageException refused =
        assertThrows(BadMessageException.class, () -> codec.decode(frames));
    assertEquals("message whose parts are no JSON objects: not UTF-8", refused.getMessage());
  }

  @Test
  void anUnknownSchemeIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new Signer("hmac-rot13", "k"));
    assertEquals(
        "signature_scheme \"hmac-rot13\" is not known here; expected hmac-sha256 or another hmac of Java",
        refused.getMessage());
  }

  @Test
  void numbersThatJsonCannotSayBecomeStrings() {
    assertEquals("{\"a\":\"NaN\",\"b\":1.5}", Json.object("a", Double.NaN, "b", 1.5).toString());
  }

  /** Signed as it should be, since a peer that runs wild has the key, too. */
  private String refusal(String header, String content) {
    Signer signer = new Signer("hmac-sha256", "secret");
    List<byte[]> parts = List.of(bytes(header), bytes("{}"), bytes("{}"), bytes(content));
    List<byte[]> frames = new ArrayList<>(List.of(bytes("<IDS|MSG>"), bytes(signer.sign(parts))));
    frames.addAll(parts);
    return String.valueOf(
        assertThrows(BadMessageException.class, () -> codec.decode(frames)).getMessage());
  }

  /** They would end the thread that owns the socket, which asks where a message belongs. */
  @Test
  void headersOfWrongTypesAreRefused() {
    assertEquals(
        "message whose header is none: the field \"msg_type\" of this message is {}, expected a string",
        refusal("{\"msg_type\": {}}", "{}"));
    assertTrue(refusal("{\"msg_id\": []}", "{}").contains("\"msg_id\""));
    assertTrue(refusal("{\"subshell_id\": 1}", "{}").contains("\"subshell_id\""));
  }

  /** An answer repeats the header: what cannot be written must not be read. */
  @Test
  void whatIsNoJsonToTheLetterIsRefused() {
    for (String part : List.of("{\"a\": NaN}", "{a: 1}", "{} {}", "{}]", "{'a': 1}", "")) {
      assertTrue(refusal(part, "{}").startsWith("message whose parts are no JSON objects"), part);
    }
  }

  @Test
  void deepNestingIsRefused() throws BadMessageException {
    String deep = "{\"a\": %s%s}".formatted("[".repeat(30_000), "]".repeat(30_000));
    assertEquals(
        "message whose parts are no JSON objects: nested deeper than 500, expected a message",
        refusal("{}", deep));
    String wide = "{\"a\": \"%s\\\"\"}".formatted("[".repeat(30_000));
    assertEquals(1, Json.parse(bytes(wide)).size());
    assertEquals(0, Json.parse(bytes(" {} ")).size());
  }

  @Test
  void contentOfWrongTypesIsRefused() {
    JsonObject content = Json.object("s", 1, "n", "1", "b", "true", "o", "x", "big", 1L << 31);
    for (Runnable reader :
        List.<Runnable>of(
            () -> Json.string(content, "s", ""),
            () -> Json.integer(content, "n", 0),
            () -> Json.integer(content, "big", 0),
            () -> Json.bool(content, "b", false),
            () -> Json.child(content, "o"))) {
      Refusal refused = assertThrows(Refusal.class, reader::run);
      assertTrue(String.valueOf(refused.getMessage()).contains(", expected "));
    }
    assertEquals(7, Json.integer(content, "absent", 7));
    assertEquals(-2, Json.integer(Json.object("n", -2), "n", 7));
  }

  /** Java knows this HMAC, but not with a key of ours. */
  @Test
  void aSchemeThatTakesOtherKeysIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new Signer("hmac-pbesha256", "k"));
    assertTrue(String.valueOf(refused.getMessage()).contains("\"hmac-pbesha256\" is not known"));
  }
}
