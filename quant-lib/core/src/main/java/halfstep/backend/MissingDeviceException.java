package halfstep.backend;

/** A device was asked for by name that cannot compute here; the message says why. */
public final class MissingDeviceException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  MissingDeviceException(String message) {
    super(message);
  }
}
