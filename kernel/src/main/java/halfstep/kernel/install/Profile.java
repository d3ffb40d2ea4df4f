package halfstep.kernel.install;

import java.util.List;
import java.util.Locale;

/** A way to start the kernel's JVM. */
public enum Profile {
  /** With the Vector API, for speed of computation. */
  DEFAULT(List.of("--add-modules=jdk.incubator.vector")),
  /** Without it: starts sooner, computes slower. */
  VECTOR_OFF(List.of()),
  /** As the default, and cells may use what the JDK offers as preview. */
  PREVIEW(
      List.of("--add-modules=jdk.incubator.vector", "--enable-preview", "-Dhalfstep.preview=true")),
  /**
   * As the default, and a Java debugger may attach on a local port that is printed at the start.
   */
  DEBUG(
      List.of(
          "--add-modules=jdk.incubator.vector",
          "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
          "-Dhalfstep.debug=true"));

  private final List<String> flags;

  Profile(List<String> flags) {
    this.flags = flags;
  }

  /** What the JVM is given. */
  List<String> flags() {
    return flags;
  }

  /** Whether an AOT cache is of use; the JVM puts it aside for a debugger. */
  public boolean trainable() {
    return this != DEBUG;
  }

  /** As the command line spells it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
