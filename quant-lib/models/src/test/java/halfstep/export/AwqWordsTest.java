package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.export.LayerFormat.Contents;
import halfstep.export.LayerFormat.Contents.Layer;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AutoAWQ looks for what stays float in names within a block, others in whole names. */
class AwqWordsTest {

  private static List<String> words(List<String> quantized, String... floats) {
    Shape shape = new Shape(32, 32);
    List<Layer> layers =
        quantized.stream().map(name -> new Layer(name, QuantSpec.of(4, 32), shape, false)).toList();
    JsonNode config = new AwqFormat().config(new Contents(layers, List.of(floats)));
    List<String> words = new ArrayList<>();
    config.path("modules_to_not_convert").forEach(word -> words.add(word.asText()));
    return words;
  }

  @Test
  void aRouterIsNamedAsInItsBlock() {
    assertEquals(
        List.of("lm_head", "block_sparse_moe.gate"),
        words(
            List.of("model.layers.0.block_sparse_moe.experts.0.w1"),
            "lm_head",
            "model.layers.0.block_sparse_moe.gate",
            "model.layers.1.block_sparse_moe.gate"));
  }

  @Test
  void whatAnotherBlockQuantizesKeepsItsWholeName() {
    assertEquals(
        List.of("model.layers.0.mlp.down_proj"),
        words(List.of("model.layers.1.mlp.down_proj"), "model.layers.0.mlp.down_proj"));
  }
}
