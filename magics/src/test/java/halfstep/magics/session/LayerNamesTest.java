package halfstep.magics.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNamesTest {

  private static final String DOWN = "model.layers.0.mlp.down_proj";

  private final LayerNames names =
      new LayerNames(
          List.of(
              "model.layers.0.self_attn.q_proj",
              DOWN,
              "model.layers.1.self_attn.q_proj",
              "model.layers.1.mlp.down_proj",
              "model.layers.10.mlp.down_proj"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.down_proj",
        "layers.0.mlp.down_proj",
        "0.mlp.down_proj",
        "model.layers.0.mlp.down_proj",
        "model.layers.0.mlp.down_proj.weight"
      })
  void aUniquePartIsEnough(String word) {
    assertEquals(DOWN, names.one(word));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "down_proj | \"down_proj\" means 3 layers (0.down_proj, 1.down_proj, 10.down_proj); say which, for example 0.down_proj",
        "0.dwn_proj | there is no layer \"0.dwn_proj\"; nearest: 0.down_proj. The model has 5 layers such as 0.q_proj, 0.down_proj, 1.q_proj, 1.down_proj, …",
        "2.down_proj | there is no layer \"2.down_proj\"; nearest: 0.down_proj. The model has 5 layers such as 0.q_proj, 0.down_proj, 1.q_proj, 1.down_proj, …",
        "model.layers.1.mlp.dwn_proj | there is no layer \"model.layers.1.mlp.dwn_proj\"; nearest: model.layers.1.mlp.down_proj. The model has 5 layers such as 0.q_proj, 0.down_proj, 1.q_proj, 1.down_proj, …",
      })
  void refusesWhatIsUnknownOrAmbiguous(String word, String sentence) {
    NotFoundException refusal = assertThrows(NotFoundException.class, () -> names.one(word));
    assertEquals(sentence, refusal.getMessage());
  }

  @Test
  void selectsByRoleGlobAndList() {
    assertEquals(5, names.many("all").size());
    assertEquals(3, names.many("down_proj").size());
    assertEquals(List.of(DOWN, "model.layers.1.mlp.down_proj"), names.many("?.down_proj"));
    assertEquals(2, names.many("*self_attn*").size());
    assertEquals(
        List.of("model.layers.0.self_attn.q_proj", DOWN), names.many("0.down_proj,0.q_proj"));
    assertThrows(NotFoundException.class, () -> names.many("*gate*"));
  }
}
