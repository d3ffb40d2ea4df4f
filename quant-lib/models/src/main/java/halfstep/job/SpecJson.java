package halfstep.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;

/** A specification as manifests and work logs write it. */
final class SpecJson {

  private SpecJson() {}

  static void into(ObjectNode node, QuantSpec spec) {
    node.put("bits", spec.bits().label());
    switch (spec.groupSize()) {
      case QuantSpec.WHOLE -> node.put("groupSize", "row");
      case QuantSpec.TENSOR -> node.put("groupSize", "tensor");
      default -> node.put("groupSize", spec.groupSize());
    }
    node.put("axis", spec.axis().number()).put("zeroPoint", spec.zeroPoint().name());
  }

  static QuantSpec of(JsonNode node) {
    int size =
        switch (node.path("groupSize").asText()) {
          case "row" -> QuantSpec.WHOLE;
          case "tensor" -> QuantSpec.TENSOR;
          default -> node.path("groupSize").asInt();
        };
    return new QuantSpec(
        Bits.of(node.path("bits").asText()),
        size,
        Axis.of(node.path("axis").asInt()),
        ZeroPoint.valueOf(node.path("zeroPoint").asText()));
  }
}
