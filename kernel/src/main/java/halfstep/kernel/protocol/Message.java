package halfstep.kernel.protocol;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One Jupyter message. Its parts are not copied: a sender hands them over.
 *
 * @param identities routing prefix, or the topic on iopub
 * @param header {@code msg_id, session, username, date, msg_type, version}, as they came or as we
 *     made them
 * @param parent header of the message that this one answers, empty when there is none
 * @param metadata usually empty
 * @param content depends on the type
 * @param buffers raw binary parts, usually none
 */
public record Message(
    List<byte[]> identities,
    JsonObject header,
    JsonObject parent,
    JsonObject metadata,
    JsonObject content,
    List<byte[]> buffers) {

  /** The protocol version that we speak. */
  public static final String VERSION = "5.4";

  private static final String SESSION = UUID.randomUUID().toString();

  /**
   * A message of our own.
   *
   * @param identities routing prefix or topic
   * @param type its {@code msg_type}
   * @param parent header of the message it answers
   * @param content its content
   * @return the message with a fresh header
   */
  public static Message of(
      List<byte[]> identities, String type, JsonObject parent, JsonObject content) {
    return new Message(identities, freshHeader(type), parent, new JsonObject(), content, List.of());
  }

  /**
   * The answer to a request.
   *
   * @param request what is answered
   * @param content the answer
   * @return a message of type {@code …_reply} to the same peer
   */
  public static Message reply(Message request, JsonObject content) {
    String type = request.type().replaceFirst("_request$", "_reply");
    return of(request.identities(), type, request.header(), content);
  }

  /**
   * A fresh header in this kernel's session.
   *
   * @param type the {@code msg_type}
   * @return the header
   */
  public static JsonObject freshHeader(String type) {
    return Json.object(
        "msg_id",
        UUID.randomUUID().toString(),
        "session",
        SESSION,
        "username",
        "kernel",
        "date",
        Instant.now().toString(),
        "msg_type",
        type,
        "version",
        VERSION);
  }

  /** The {@code msg_type}. */
  public String type() {
    return Json.string(header, "msg_type", "");
  }

  /** The subshell that is meant, empty for the main shell. */
  public String subshell() {
    return Json.string(header, "subshell_id", "");
  }

  /** The {@code msg_id}. */
  public String id() {
    return Json.string(header, "msg_id", "");
  }
}
