package halfstep.export;

import java.util.List;

/**
 * A tensor as a GGUF header describes it.
 *
 * @param name in llama.cpp's words: {@code blk.0.ffn_up.weight}
 * @param sides innermost first, as the file writes them: inputs, outputs, experts
 * @param typeCode of ggml
 * @param offset of its first byte, from the start of the data
 */
record GgufTensor(String name, List<Long> sides, int typeCode, long offset) {

  GgufTensor {
    sides = List.copyOf(sides);
  }

  long in() {
    return sides.getFirst();
  }

  /** Rows of one expert, or of the matrix. */
  long out() {
    return sides.size() < 2 ? 1 : sides.get(1);
  }

  long experts() {
    return sides.size() < 3 ? 1 : sides.get(2);
  }

  long rows() {
    return Math.multiplyExact(out(), experts());
  }
}
