package halfstep.kernel.protocol;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import halfstep.kernel.spi.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns messages into ZeroMQ frames and back: identities, delimiter, signature, header, parent
 * header, metadata, content, buffers.
 */
public final class WireCodec {

  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final int SIGNED_PARTS = 4;

  private final Signer signer;

  /**
   * Makes a codec.
   *
   * @param signer signs what leaves and checks what comes
   */
  public WireCodec(Signer signer) {
    this.signer = signer;
  }

  /**
   * The frames of a message, signed.
   *
   * @param message what to send
   * @return its frames in order
   */
  public List<byte[]> encode(Message message) {
    List<byte[]> parts =
        List.of(
            Json.bytes(message.header()),
            Json.bytes(message.parent()),
            Json.bytes(message.metadata()),
            Json.bytes(message.content()));
    List<byte[]> frames = new ArrayList<>(message.identities());
    frames.add(DELIMITER);
    frames.add(signer.sign(parts).getBytes(StandardCharsets.US_ASCII));
    frames.addAll(parts);
    frames.addAll(message.buffers());
    return frames;
  }

  /**
   * Reads a message. A message that was read before is refused: whoever listens may send a copy,
   * but cannot sign a new one.
   *
   * @param frames as received
   * @return the message
   * @throws BadMessageException if the frames are no message, if the signature is not ours, or if
   *     the message came before
   */
  public Message decode(List<byte[]> frames) throws BadMessageException {
    int delimiter = delimiterOf(frames);
    int first = delimiter + 2;
    if (delimiter < 0 || frames.size() < first + SIGNED_PARTS) {
      throw new BadMessageException(
          "message of %d frames, expected a delimiter and at least %d after it"
              .formatted(frames.size(), SIGNED_PARTS + 1));
    }
    List<byte[]> parts = frames.subList(first, first + SIGNED_PARTS);
    if (!signer.verify(parts, frames.get(delimiter + 1))) {
      throw new BadMessageException(
          "message signed with another key than the connection file's; it is ignored");
    }
    if (!signer.isNew(frames.get(delimiter + 1))) {
      throw new BadMessageException("message that came before, signature and all; it is ignored");
    }
    try {
      List<JsonObject> json = parts.stream().map(Json::parse).toList();
      Message message =
          new Message(
              List.copyOf(frames.subList(0, delimiter)),
              json.get(0),
              json.get(1),
              json.get(2),
              json.get(3),
              List.copyOf(frames.subList(first + SIGNED_PARTS, frames.size())));
      requireHeader(message);
      return message;
    } catch (JsonParseException e) {
      throw new BadMessageException("message whose parts are no JSON objects: " + e.getMessage());
    }
  }

  /** Who receives a message asks its header where it belongs, before anybody could answer it. */
  private static void requireHeader(Message message) throws BadMessageException {
    try {
      var _ = message.type() + message.id() + message.subshell();
    } catch (Refusal e) {
      throw new BadMessageException("message whose header is none: " + e.getMessage());
    }
  }

  private static int delimiterOf(List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (Arrays.equals(frames.get(i), DELIMITER)) {
        return i;
      }
    }
    return -1;
  }
}
