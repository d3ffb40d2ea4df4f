package halfstep.lab.lora;

/**
 * One step of training.
 *
 * @param index from 1 on
 * @param loss on its batch before the step, in nats
 * @param gradientNorm ‖∂loss/∂(all A and B)‖ before the step; nothing is clipped
 */
public record LoraStep(int index, double loss, double gradientNorm) {}
