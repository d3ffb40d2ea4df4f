package halfstep.kernel.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies messages with the key of the connection file. Safe for use by several threads.
 */
public final class Signer {

  private static final int REMEMBERED = 1 << 16;
  private static final int HEX_DIGITS_OF_LONG = 16;

  private final LinkedHashSet<Long> seen = new LinkedHashSet<>();
  private final String algorithm;
  private final @Nullable SecretKeySpec key;

  /**
   * Makes a signer.
   *
   * @param scheme as in the connection file, for example {@code hmac-sha256}
   * @param key the shared key; empty means that messages are not signed
   * @throws IllegalArgumentException if this Java knows no such scheme
   */
  public Signer(String scheme, String key) {
    this.algorithm = "Hmac" + scheme.replaceFirst("^hmac-", "").toUpperCase(java.util.Locale.ROOT);
    this.key =
        key.isEmpty() ? null : new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm);
    try {
      Mac mac = Mac.getInstance(algorithm);
      if (this.key != null) {
        mac.init(this.key); // some that Java knows take other keys than this
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "signature_scheme \"%s\" is not known here; expected hmac-sha256 or another hmac of Java"
              .formatted(scheme),
          e);
    }
  }

  /**
   * Signs the four JSON parts of a message.
   *
   * @param parts header, parent header, metadata and content as they go over the wire
   * @return the signature in lower-case hexadecimal, empty when messages are not signed
   */
  public String sign(List<byte[]> parts) {
    if (key == null) {
      return "";
    }
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(key);
      parts.forEach(mac::update);
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          algorithm + " worked when the kernel started and fails now", e);
    }
  }

  /**
   * Whether a verified signature came for the first time. The last 65 536 are remembered, by 64
   * bits each.
   *
   * @param signature what came with a message
   * @return true for the first time, and always when messages are not signed
   */
  public synchronized boolean isNew(byte[] signature) {
    if (key == null) {
      return true;
    }
    String text = new String(signature, StandardCharsets.US_ASCII);
    boolean added = seen.add(HexFormat.fromHexDigitsToLong(text, 0, HEX_DIGITS_OF_LONG));
    if (seen.size() > REMEMBERED) {
      seen.removeFirst();
    }
    return added;
  }

  /**
   * Checks a signature in constant time.
   *
   * @param parts what was signed
   * @param signature what came with it
   * @return whether they belong together
   */
  public boolean verify(List<byte[]> parts, byte[] signature) {
    return MessageDigest.isEqual(sign(parts).getBytes(StandardCharsets.US_ASCII), signature);
  }
}
