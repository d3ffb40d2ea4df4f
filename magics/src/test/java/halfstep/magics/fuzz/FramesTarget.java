package halfstep.magics.fuzz;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import halfstep.fuzz.FuzzTarget;
import halfstep.fuzz.Parts;
import halfstep.kernel.protocol.BadMessageException;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.Signer;
import halfstep.kernel.protocol.WireCodec;
import halfstep.kernel.spi.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The frames of a message, and what the handlers read from it. An input is a plan of the frames,
 * header, parent, metadata, content and buffers; most plans sign what they send, since a peer that
 * has no key comes no further than the signature.
 *
 * <p>No Java runs: the code of a cell that is to be run is made empty, and other code is kept only
 * if it begins as a magic does ({@link CellTarget} is for Java).
 */
final class FramesTarget implements FuzzTarget {

  private static final String KEY = "secret";
  private static final int PARTS = 6;
  private static final int MOST_FRAMES = 4;

  /** What a plan's second byte says, modulo 16. Anything else is a rightly signed message. */
  private enum Way {
    UNSIGNED,
    OTHER_SIGNATURE,
    NO_DELIMITER,
    TWO_DELIMITERS,
    CUT,
    NO_KEY
  }

  private static final int WAYS = 16;

  @Override
  public String name() {
    return "frames";
  }

  @Override
  public int parts() {
    return PARTS;
  }

  @Override
  public Set<Class<? extends Exception>> refusals() {
    return Set.of(BadMessageException.class, Refusal.class);
  }

  /** A completion at the very beginning of a cell asks JShell for all that it knows. */
  @Override
  public long baseBytes() {
    return 64L << 20;
  }

  @Override
  public List<byte[]> seeds() {
    RunningKernel.get(); // its start is nobody's input
    return FrameSeeds.all();
  }

  @Override
  public void take(byte[] input) throws BadMessageException {
    List<byte[]> parts = Parts.split(input, PARTS);
    byte[] plan = java.util.Arrays.copyOf(parts.getFirst(), Math.max(4, parts.getFirst().length));
    int number = Byte.toUnsignedInt(plan[1]) % WAYS;
    String key = number == Way.NO_KEY.ordinal() ? "" : KEY;
    WireCodec codec = new WireCodec(new Signer("hmac-sha256", key));
    Message message = codec.decode(frames(plan, number, parts));
    codec.encode(message); // its header and identities go back with every answer
    handle(harmless(message));
  }

  private static List<byte[]> frames(byte[] plan, int way, List<byte[]> parts) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < plan[0] % MOST_FRAMES; i++) {
      frames.add(new byte[] {(byte) i, plan[0]});
    }
    byte[] delimiter = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
    if (way != Way.NO_DELIMITER.ordinal()) {
      frames.add(delimiter);
    }
    if (way == Way.TWO_DELIMITERS.ordinal()) {
      frames.add(delimiter);
    }
    List<byte[]> signed = known(parts.subList(1, PARTS - 1));
    if (way == Way.UNSIGNED.ordinal() || way == Way.NO_KEY.ordinal()) {
      frames.add(new byte[0]);
    } else if (way == Way.OTHER_SIGNATURE.ordinal()) {
      frames.add(plan);
    } else {
      String signature = new Signer("hmac-sha256", KEY).sign(signed);
      frames.add(signature.getBytes(StandardCharsets.US_ASCII));
    }
    frames.addAll(signed);
    int buffers = plan[2] % MOST_FRAMES;
    if (buffers > 0) {
      frames.addAll(Parts.split(parts.getLast(), buffers));
    }
    return way == Way.CUT.ordinal()
        ? frames.subList(0, Math.min(frames.size(), Byte.toUnsignedInt(plan[3])))
        : frames;
  }

  /** The widgets' ids for {@code WIDGET0}, {@code WIDGET1} …; bytes that are no text stay. */
  private static List<byte[]> known(List<byte[]> parts) {
    List<String> ids = RunningKernel.get().widgetIds();
    List<byte[]> known = new ArrayList<>(parts);
    for (int i = 0; i < known.size(); i++) {
      String text = new String(known.get(i), StandardCharsets.ISO_8859_1);
      if (text.contains("WIDGET")) {
        for (int id = 0; id < ids.size(); id++) {
          text = text.replace("WIDGET" + id, ids.get(id));
        }
        known.set(i, text.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return known;
  }

  private static Message harmless(Message message) {
    JsonObject content = message.content();
    boolean runs = message.type().equals("execute_request");
    for (String field : List.of("code", "user_expressions")) {
      if (content.get(field) instanceof JsonObject expressions) {
        expressions.keySet().forEach(name -> empty(expressions, name, runs));
      } else {
        empty(content, field, runs);
      }
    }
    return message;
  }

  private static void empty(JsonObject object, String field, boolean runs) {
    if (object.get(field) instanceof JsonPrimitive text
        && (runs || !text.getAsString().startsWith("%"))) {
      object.addProperty(field, "");
    }
  }

  /** As the channels do: comms have a thread of their own, which is this one here. */
  private static void handle(Message message) {
    RunningKernel kernel = RunningKernel.get();
    if (!message.subshell().isEmpty()) {
      return;
    }
    if (message.type().matches("comm_(open|msg|close)")) {
      try {
        kernel.kernel().comms().handle(message);
      } finally {
        kernel.reopen();
      }
    } else {
      kernel.handle(message);
    }
  }
}
