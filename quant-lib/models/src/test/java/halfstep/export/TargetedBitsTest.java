package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order of targets is the library's: names, then patterns, then classes. */
class TargetedBitsTest {

  private final TargetedBits bits = new TargetedBits(Path.of("config.json"));

  @Test
  void theNearerWordWins() {
    bits.add("Linear", 4);
    bits.add("re:.*mlp", 3);
    bits.add("model.layers.0.mlp.up_proj", 8);
    assertEquals(Optional.of(8), bits.of("model.layers.0.mlp.up_proj"));
    assertEquals(Optional.of(3), bits.of("model.layers.1.mlp.up_proj"));
    assertEquals(Optional.of(4), bits.of("model.layers.1.self_attn.q_proj"));
  }

  /** Python's {@code re.match} begins at the beginning, but need not reach the end. */
  @Test
  void aPatternMayEndBeforeTheName() {
    bits.add("re:model\\.layers\\.1\\.", 2);
    assertEquals(Optional.of(2), bits.of("model.layers.1.mlp.up_proj"));
    assertEquals(Optional.empty(), bits.of("the.model.layers.1.mlp.up_proj"));
  }

  @Test
  void ofTwoGroupsTheLaterIsMeant() {
    bits.add("re:a", 2);
    bits.add("Linear", 3);
    bits.add("re:a", 4);
    bits.add("Linear", 5);
    assertEquals(Optional.of(4), bits.of("ab"));
    assertEquals(Optional.of(5), bits.of("b"));
  }
}
