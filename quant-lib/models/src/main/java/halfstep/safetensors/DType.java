package halfstep.safetensors;

import java.util.Optional;

/** What a tensor's elements are, by the format's own names. */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(8),
  /** 4-bit float, two to a byte. */
  F4(4),
  /** 6-bit float, 2 exponent bits. */
  F6_E2M3(6),
  /** 6-bit float, 3 exponent bits. */
  F6_E3M2(6),
  /** Unsigned byte. */
  U8(8),
  /** Signed byte. */
  I8(8),
  /** 8-bit float, 5 exponent bits. */
  F8_E5M2(8),
  /** 8-bit float, 4 exponent bits. */
  F8_E4M3(8),
  /** 8-bit power of two, the scale of micro-scaled blocks. */
  F8_E8M0(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE half precision. */
  F16(16),
  /** bfloat16. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE single precision. */
  F32(32),
  /** Two F32. */
  C64(64),
  /** IEEE double precision. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Bits per element. */
  public int bits() {
    return bits;
  }

  /** Whether {@link SafetensorsFile#matrix} reads it: float32 holds each of its values exactly. */
  public boolean isWeight() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** Whether its elements are floats of whatever width. */
  public boolean isFloat() {
    return switch (this) {
      case F4, F6_E2M3, F6_E3M2, F8_E5M2, F8_E4M3, F16, BF16, F32, F64 -> true;
      case BOOL, U8, I8, F8_E8M0, I16, U16, I32, U32, C64, I64, U64 -> false;
    };
  }

  /** The type that a header names, if there is one. */
  static Optional<DType> named(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
