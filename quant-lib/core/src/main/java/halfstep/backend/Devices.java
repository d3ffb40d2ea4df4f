package halfstep.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The devices of this machine, beside the processor whose {@link Backends} always compute. A caller
 * opens a {@link DeviceWork} and runs its work in it; what the work calls on the same thread then
 * finds the device's kernels here.
 */
public final class Devices {

  private static final List<DeviceProvider> PROVIDERS =
      ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Devices() {}

  /** What {@code --device} takes: {@code cpu}, {@code auto}, and the devices' names. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of("cpu", "auto"));
    PROVIDERS.forEach(provider -> names.add(provider.name()));
    return List.copyOf(names);
  }

  /** The first device of each kind that can compute here; looks for them if nobody did before. */
  public static List<Backend> available() {
    return PROVIDERS.stream()
        .filter(provider -> provider.obstacle(0).isEmpty())
        .map(provider -> provider.open(0))
        .toList();
  }

  /** Why others cannot: {@code name: reason}, one sentence each. */
  public static List<String> obstacles() {
    return PROVIDERS.stream()
        .flatMap(provider -> provider.obstacle(0).stream().map(why -> provider.name() + ": " + why))
        .toList();
  }

  /**
   * Work that goes where a choice says.
   *
   * @throws MissingDeviceException if the choice names a device that cannot compute here
   */
  public static DeviceWork work(DeviceChoice choice) {
    return work(choice, PROVIDERS);
  }

  static DeviceWork work(DeviceChoice choice, List<DeviceProvider> providers) {
    if (choice.isCpu()) {
      return new DeviceWork(Optional.empty());
    }
    List<String> why = new ArrayList<>();
    for (DeviceProvider provider : providers) {
      if (!choice.isAuto() && !provider.name().equals(choice.name())) {
        continue;
      }
      Optional<String> obstacle = provider.obstacle(choice.index());
      if (obstacle.isEmpty()) {
        return new DeviceWork(Optional.of(provider.open(choice.index())));
      }
      why.add(obstacle.get());
    }
    String reason =
        why.isEmpty() ? "this build comes without a backend for one" : String.join("; ", why);
    if (!choice.isAuto()) {
      throw new MissingDeviceException(
          "--device %s: %s. --device auto takes the processor where there is none"
              .formatted(choice, reason));
    }
    DeviceWork work = new DeviceWork(Optional.empty());
    work.say("--device auto: the processor computed, since %s.".formatted(reason));
    return work;
  }

  /**
   * A kernel for whole matrices of the device that this thread's work goes to.
   *
   * @param type the kernel's interface
   * @return empty if the processor computes, or the device has no such kernel
   */
  public static <K> Optional<K> kernel(Class<K> type) {
    return DeviceWork.current().flatMap(DeviceWork::device).flatMap(d -> d.kernel(type));
  }

  /**
   * Tells the reader what this thread's work could not do on its device. Said outside of any work,
   * it is lost.
   *
   * @param remark one sentence
   */
  public static void say(String remark) {
    DeviceWork.current().ifPresent(work -> work.say(remark));
  }

  /** Notes that some of this thread's work was done by its device. */
  public static void computedThere() {
    DeviceWork.current().ifPresent(DeviceWork::computedThere);
  }

  /** For manifests: {@code cpu}, or the device that this thread's work goes to. */
  public static String label() {
    return DeviceWork.current()
        .flatMap(DeviceWork::device)
        .map(device -> "%s: %s".formatted(device.name(), device.detail()))
        .orElse("cpu");
  }
}
