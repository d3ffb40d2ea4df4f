package halfstep.hub;

import org.jspecify.annotations.Nullable;

/** The hub, or the cache, does not give what was asked for; the message says why and what helps. */
public final class HubException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Kinds of refusal, as far as a caller would act differently. */
  public enum Reason {
    /** A word that is no repository, revision or file name. */
    BAD_NAME,
    /** There is no such repository, revision or file, or none that this token may see. */
    NOT_FOUND,
    /** The licence has to be accepted first. */
    GATED,
    /** The token is missing, wrong, or not allowed to read it. */
    FORBIDDEN,
    /** Too many requests, and the hub asks for more patience than we have. */
    RATE_LIMITED,
    /** The hub answered with an error of its own, or with something that is no answer. */
    SERVER,
    /** No connection, or it was lost too often. */
    UNREACHABLE,
    /** Offline mode, and the cache does not hold it. */
    OFFLINE,
    /** What came is not what was promised. */
    CORRUPT,
    /** The cache cannot be written, or the disk is full. */
    CACHE
  }

  private final Reason reason;

  HubException(Reason reason, String message) {
    this(reason, message, null);
  }

  HubException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Which kind of refusal it is. */
  public Reason reason() {
    return reason;
  }
}
