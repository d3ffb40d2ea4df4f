package halfstep.backend;

import java.util.Optional;

/**
 * Offers a backend, if this machine and this JVM can run it. Found by {@link
 * java.util.ServiceLoader}, so hardware that nobody here thought of needs a jar on the class path
 * only. Loading a provider must not touch what may be missing.
 */
public interface BackendProvider {

  /** The backend's {@link Backend#name}. */
  String name();

  /** Of those that can run, the one with the largest rank computes; the plain loops have 0. */
  int rank();

  /** Why the backend cannot run here, with the way out, in one sentence; empty if it can. */
  Optional<String> obstacle();

  /** The backend; called once, and only if there is no obstacle. */
  Backend open();
}
