package halfstep.lab.lora;

import halfstep.tensor.Matrix;
import java.util.function.UnaryOperator;

/**
 * What a part of the network made of its input, and the way back through it.
 *
 * @param output a new matrix
 * @param back takes ∂loss/∂output and returns ∂loss/∂input, both {@code tokens × width}; adds what
 *     adapters on the way get to their gradients. To be called once; does not modify its argument
 */
record Pass(Matrix output, UnaryOperator<Matrix> back) {}
