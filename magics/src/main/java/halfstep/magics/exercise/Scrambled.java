package halfstep.magics.exercise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * One-way scrambling: PBKDF2 with HMAC-SHA-256. Slow on purpose, so that trying all small numbers
 * takes longer than thinking.
 */
final class Scrambled {

  private static final int ROUNDS = 100_000;
  private static final int BITS = 128;

  private Scrambled() {}

  /**
   * Scrambles.
   *
   * @return 32 hexadecimal digits
   */
  static String of(String text, String salt) {
    try {
      PBEKeySpec key =
          new PBEKeySpec(text.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), ROUNDS, BITS);
      byte[] bytes =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
      return HexFormat.of().formatHex(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256, but not this one", e);
    }
  }
}
