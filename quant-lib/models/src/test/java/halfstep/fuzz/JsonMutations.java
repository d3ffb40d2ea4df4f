package halfstep.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Changes JSON so that it mostly stays JSON: a value becomes another, or goes, or comes twice. */
final class JsonMutations {

  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "3",
          "5",
          "8",
          "16",
          "31",
          "32",
          "33",
          "64",
          "255",
          "256",
          "1024",
          "65536",
          "2147483639",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "1e400",
          "-1e-400",
          "0.5",
          "1.58",
          "1e18",
          "null",
          "true",
          "false",
          "[]",
          "{}",
          "\"\"",
          "\"\\u0000\"",
          "\"..\"",
          "\"/etc/passwd\"",
          "\"a\\n/../b\"",
          "\"F32\"",
          "\"U8\"",
          "\"I64\"",
          "\"F4\"",
          "\"BF16\"",
          "\"Linear\"",
          "\"re:(a+)+$\"",
          "\"re:(a|b)*c\"",
          "[0]",
          "[0,0]",
          "[1,1]",
          "[0,4611686018427387904]",
          "[4294967296,4294967296]",
          "[9223372036854775807,2,0]",
          "\"\\ud800\"",
          "\"é\"",
          "[[[]]]");

  private final SplittableRandom random;

  JsonMutations(SplittableRandom random) {
    this.random = random;
  }

  /** A stretch of text. */
  private record Span(int from, int to) {}

  byte[] changed(byte[] bytes) {
    List<Span> tokens = tokens(bytes);
    if (tokens.isEmpty()) {
      return bytes;
    }
    Span one = tokens.get(random.nextInt(tokens.size()));
    Span other = tokens.get(random.nextInt(tokens.size()));
    byte[] copied = java.util.Arrays.copyOfRange(bytes, other.from(), other.to());
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> Mutator.spliced(bytes, one.from(), one.to(), text(any()));
      case 3 -> Mutator.spliced(bytes, one.from(), one.to(), copied);
      case 4 -> without(bytes, one);
      case 5 -> {
        byte[] entry = text("\"%s\":%s,".formatted("x".repeat(random.nextInt(3)), any()));
        yield Mutator.spliced(bytes, 1, 1, entry);
      }
      case 6 -> {
        int depth = 1 + random.nextInt(random.nextInt(20) == 0 ? 2_000 : 4);
        byte[] nested = text("[".repeat(depth) + "]".repeat(depth));
        yield Mutator.spliced(bytes, one.from(), one.to(), nested);
      }
      default -> twice(bytes, one);
    };
  }

  private String any() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A token and what divides it from the next. */
  private static byte[] without(byte[] bytes, Span token) {
    int to = Math.min(bytes.length, token.to() + 1);
    return Mutator.spliced(bytes, token.from(), to, new byte[0]);
  }

  private static byte[] twice(byte[] bytes, Span token) {
    byte[] same = java.util.Arrays.copyOfRange(bytes, token.from(), token.to());
    byte[] both = Mutator.spliced(same, same.length, same.length, text(","));
    return Mutator.spliced(bytes, token.from(), token.from(), both);
  }

  /** Words, numbers and quoted text. */
  private static List<Span> tokens(byte[] bytes) {
    List<Span> tokens = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int from = at;
      if (bytes[at] == '"') {
        do {
          at += bytes[at] == '\\' ? 2 : 1;
        } while (at < bytes.length && bytes[at] != '"');
        at = Math.min(bytes.length, at + 1);
        tokens.add(new Span(from, at));
      } else if (isWord(bytes[at])) {
        while (at < bytes.length && isWord(bytes[at])) {
          at++;
        }
        tokens.add(new Span(from, at));
      } else {
        at++;
      }
    }
    return tokens;
  }

  private static boolean isWord(byte b) {
    return Character.isLetterOrDigit(b) || b == '-' || b == '.' || b == '+';
  }
}
