package halfstep.magics.command;

import halfstep.lab.lora.LoraConfig;
import halfstep.quant.Bits;
import java.util.List;
import java.util.Optional;

/**
 * {@code %lab lora}.
 *
 * @param config of the training
 * @param bases methods that quantize the base; a calibrated one is tried on both texts
 * @param settings the methods' parameters
 * @param bits of the bases
 * @param group weights that share a scale
 * @param on text to fine-tune on, its last quarter held out
 * @param other text of another kind, which calibrates too
 */
public record LabLora(
    LoraConfig config,
    List<MethodWord> bases,
    MethodSettings settings,
    Bits bits,
    int group,
    String on,
    String other,
    Optional<String> as)
    implements Request.Lab {}
