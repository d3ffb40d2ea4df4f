package halfstep.export;

import halfstep.pack.GgufBlocks;
import java.util.Optional;

/** Types of a GGUF file's tensors, those that are read and written. */
enum GgufType {
  F32(0, 0),
  F16(1, 1),
  Q4_0(2, 2),
  Q4_1(3, 3),
  Q8_0(8, 7),
  BF16(30, 32);

  private final int code;
  private final int fileType;

  GgufType(int code, int fileType) {
    this.code = code;
    this.fileType = fileType;
  }

  /** As tensor headers write it (reference: ggml {@code ggml_type}). */
  int code() {
    return code;
  }

  /** As {@code general.file_type} writes it (reference: llama.cpp {@code llama_ftype}). */
  int fileType() {
    return fileType;
  }

  /** The blocks, unless these are plain floats. */
  Optional<GgufBlocks> blocks() {
    return switch (this) {
      case Q4_0 -> Optional.of(GgufBlocks.Q4_0);
      case Q4_1 -> Optional.of(GgufBlocks.Q4_1);
      case Q8_0 -> Optional.of(GgufBlocks.Q8_0);
      case F32, F16, BF16 -> Optional.empty();
    };
  }

  /** Bytes of so many weights of one row. */
  long bytes(long weights) {
    return switch (this) {
      case F32 -> weights * Float.BYTES;
      case F16, BF16 -> weights * Short.BYTES;
      case Q4_0 -> weights / GgufBlocks.BLOCK * GgufBlocks.Q4_0.blockBytes();
      case Q4_1 -> weights / GgufBlocks.BLOCK * GgufBlocks.Q4_1.blockBytes();
      case Q8_0 -> weights / GgufBlocks.BLOCK * GgufBlocks.Q8_0.blockBytes();
    };
  }

  static Optional<GgufType> of(int code) {
    for (GgufType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
