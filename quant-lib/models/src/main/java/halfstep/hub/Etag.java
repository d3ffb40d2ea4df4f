package halfstep.hub;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A blob's name in the cache, and how it proves the blob: large files go by their SHA-256, small
 * ones by git's SHA-1 of {@code "blob " + size + NUL + content}.
 *
 * @param value as the hub sends it, without {@code W/} and quotes
 */
record Etag(String value) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
  private static final int SHA1_HEX = 40;
  private static final int SHA256_HEX = 64;

  /** Takes a header's value; empty where there is none that could name a file. */
  static Optional<Etag> ofHeader(Optional<String> header) {
    return header
        .map(text -> text.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", ""))
        .filter(text -> PLAIN.matcher(text).matches())
        .map(Etag::new);
  }

  /** Whether the content can be checked against it. */
  boolean isHash() {
    boolean length = value.length() == SHA1_HEX || value.length() == SHA256_HEX;
    return length && HEX.matcher(value).matches();
  }

  /**
   * A digest that will match, ready for the content's first byte.
   *
   * @param size of the content, bytes
   */
  MessageDigest digest(long size) {
    try {
      if (value.length() == SHA256_HEX) {
        return MessageDigest.getInstance("SHA-256");
      }
      MessageDigest git = MessageDigest.getInstance("SHA-1");
      git.update(("blob " + size + "\0").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return git;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256 and SHA-1", e);
    }
  }

  /** Whether the digest of the content is this one; ends the digest. */
  boolean isProvedBy(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).equals(value);
  }
}
