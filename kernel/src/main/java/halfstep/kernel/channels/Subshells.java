package halfstep.kernel.channels;

import java.util.List;

/**
 * Further shells beside the main one (JEP 91): a request whose header names one is handled on that
 * subshell's thread, also while the main shell runs a cell.
 */
public interface Subshells {

  /**
   * Makes a subshell.
   *
   * @return its id
   */
  String create();

  /**
   * Ends a subshell after the requests that it already has.
   *
   * @param id what {@link #create} returned
   * @return whether there was one
   */
  boolean delete(String id);

  /** Ids of those that are there, in the order in which they were made. */
  List<String> list();
}
