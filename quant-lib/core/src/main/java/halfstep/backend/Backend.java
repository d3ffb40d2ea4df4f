package halfstep.backend;

import java.util.Optional;

/**
 * A way to compute. A backend offers twins of some kernels; what it leaves out is done by the plain
 * loops that every kernel has. Twins give the same codes, bit for bit.
 */
public interface Backend {

  /** One word: {@code "scalar"}, {@code "vector"}. */
  String name();

  /** For people: which instructions it uses, {@code "Vector API, 8 × float32 (256 bit)"}. */
  String detail();

  /**
   * This backend's twin of a kernel; callable from several threads at once.
   *
   * @param type the kernel's interface
   * @return empty if the plain loops are to be used
   */
  <K> Optional<K> kernel(Class<K> type);
}
