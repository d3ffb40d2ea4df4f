package halfstep.fuzz;

import halfstep.export.ExportException;
import halfstep.hub.HubException;
import halfstep.llm.ModelException;
import halfstep.safetensors.SafetensorsException;
import halfstep.text.TokenizerException;
import java.util.List;
import java.util.Set;

/** A reader of something that a stranger may have written. */
public interface FuzzTarget {

  /** As the command line names it. */
  String name();

  /** How many {@link Parts} an input consists of. */
  int parts();

  /** Whole and valid inputs to begin with. */
  List<byte[]> seeds();

  /**
   * Exceptions that are typed refusals here; what is thrown must be one of them, not a subclass.
   */
  default Set<Class<? extends Exception>> refusals() {
    return Set.of(
        SafetensorsException.class,
        ExportException.class,
        ModelException.class,
        TokenizerException.class,
        HubException.class);
  }

  /** Bytes that an input may allocate beside those per byte of it. */
  default long baseBytes() {
    return 16L << 20;
  }

  /** Words that mean something to the reader, put among others by the mutator; none for files. */
  default List<byte[]> words() {
    return List.of();
  }

  /**
   * Takes an input to its end.
   *
   * @throws Exception a typed refusal; anything else is a finding
   */
  void take(byte[] input) throws Exception;
}
