package halfstep.cuda.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The PTX that is shipped, a file per family of kernels, made from {@code src/main/cuda} by {@code
 * quant-lib/cuda/build-ptx}. A driver compiles it for its own device.
 */
public final class PtxFiles {

  /** Source files with kernels. */
  public static final List<String> FAMILIES =
      List.of(
          "attention",
          "awq",
          "cholesky",
          "clip",
          "copy",
          "dequantize",
          "forward",
          "gguf",
          "gptq",
          "gram",
          "hessian",
          "hqq",
          "kl",
          "layouts",
          "linear",
          "ls",
          "matmul",
          "matvec",
          "pack",
          "product",
          "rtn",
          "tile",
          "widen");

  private PtxFiles() {}

  /**
   * The PTX of a family.
   *
   * @return its text as bytes, with the zero behind it that the driver looks for
   */
  public static byte[] read(String family) {
    String file = "/halfstep/cuda/%s.ptx".formatted(family);
    try (InputStream in = PtxFiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(
            "%s is missing in this build; quant-lib/cuda/build-ptx makes it".formatted(file));
      }
      byte[] text = in.readAllBytes();
      byte[] ended = new byte[text.length + 1];
      System.arraycopy(text, 0, ended, 0, text.length);
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
