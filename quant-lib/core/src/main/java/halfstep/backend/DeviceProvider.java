package halfstep.backend;

import java.util.Optional;

/**
 * Offers a device with memory of its own, to which whole matrices are handed. Found by {@link
 * java.util.ServiceLoader}. Loading a provider and asking its name must not touch what may be
 * missing; looking for the device begins with {@link #obstacle}, and only when somebody wants it.
 */
public interface DeviceProvider {

  /** The word that asks for it: {@code "cuda"}. */
  String name();

  /**
   * Why a device cannot compute here, with the way out, in one sentence; empty if it can.
   *
   * @param index which of several, from 0
   */
  Optional<String> obstacle(int index);

  /**
   * The device; called only if there is no obstacle, and gives the same one each time.
   *
   * @param index which of several, from 0
   */
  Backend open(int index);
}
