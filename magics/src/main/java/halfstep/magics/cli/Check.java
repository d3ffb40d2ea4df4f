package halfstep.magics.cli;

/**
 * One line of the doctor's report.
 *
 * @param name what was looked at
 * @param ok whether it is as it should be
 * @param detail what was found
 * @param remedy what to do about it, empty if nothing
 */
record Check(String name, boolean ok, String detail, String remedy) {

  static Check fine(String name, String detail) {
    return new Check(name, true, detail, "");
  }

  static Check missing(String name, String detail, String remedy) {
    return new Check(name, false, detail, remedy);
  }
}
