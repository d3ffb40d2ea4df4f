package halfstep.forward;

/** A model whose weights lie on a device until it is closed. For one thread at a time. */
public interface LoadedDecoder extends AutoCloseable {

  /** Its shape. */
  DecoderShape shape();

  /** Gives the device's memory back. */
  @Override
  void close();
}
