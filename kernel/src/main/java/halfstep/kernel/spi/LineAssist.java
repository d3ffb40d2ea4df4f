package halfstep.kernel.spi;

/** What a magic may offer beside running: completion of its arguments, and help. */
public interface LineAssist {

  /**
   * Completes the arguments of the magic.
   *
   * @param arguments the text after the magic's name, with the space that separates them
   * @param cursor offset into {@code arguments}, 0 to its length
   * @return what could stand there, without matches when nothing fits
   */
  Completion complete(String arguments, int cursor);

  /**
   * The help that {@code %name?} shows.
   *
   * @return plain text of one or more lines
   */
  String help();
}
