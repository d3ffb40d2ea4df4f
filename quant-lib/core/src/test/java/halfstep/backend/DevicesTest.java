package halfstep.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where work goes, and what is said about it. */
class DevicesTest {

  private record Named(String name) implements Backend {
    @Override
    public String detail() {
      return "for tests";
    }

    @Override
    public <K> Optional<K> kernel(Class<K> type) {
      return type == CharSequence.class ? Optional.of(type.cast(name)) : Optional.empty();
    }
  }

  /** Has devices 0 to {@code count − 1}. */
  private record Provider(String name, int count) implements DeviceProvider {
    @Override
    public Optional<String> obstacle(int index) {
      return index < count ? Optional.empty() : Optional.of("it has " + count);
    }

    @Override
    public Backend open(int index) {
      return new Named(name + index);
    }
  }

  private static final List<DeviceProvider> PROVIDERS =
      List.of(new Provider("none", 0), new Provider("two", 2));

  @Test
  void workFindsTheKernelsOfItsDeviceOnItsThreadAlone() {
    DeviceWork work = Devices.work(new DeviceChoice("two", 1), PROVIDERS);
    Optional<CharSequence> found =
        work.call(() -> {
          Devices.say("once");
          Devices.say("once");
          assertEquals("two1: for tests", Devices.label());
          return Devices.kernel(CharSequence.class);
        });
    assertEquals(Optional.of("two1"), found);
    assertEquals(List.of("once"), work.remarks());
    assertEquals(Optional.empty(), Devices.kernel(CharSequence.class));
    assertEquals("cpu", Devices.label());
  }

  /** Nobody is to take the processor's time for the device's. */
  @Test
  void workThatLeftItsDeviceIdleSaysSo() {
    DeviceWork idle = Devices.work(new DeviceChoice("two", 0), PROVIDERS);
    assertEquals(List.of(), idle.remarks());
    assertEquals(5, idle.call(() -> 5));
    assertEquals(1, idle.remarks().size());
    assertTrue(
        idle.remarks().getFirst().startsWith("--device two0: the processor computed, since"));
    DeviceWork busy = Devices.work(new DeviceChoice("two", 0), PROVIDERS);
    busy.call(() -> {
      Devices.computedThere();
      return 5;
    });
    assertEquals(List.of(), busy.remarks());
    DeviceWork here = Devices.work(DeviceChoice.CPU, PROVIDERS);
    assertEquals(5, here.call(() -> 5));
    assertEquals(List.of(), here.remarks());
  }

  @Test
  void autoTakesTheFirstThatCan() {
    DeviceWork work = Devices.work(DeviceChoice.AUTO, PROVIDERS);
    assertEquals("two0", work.device().orElseThrow().name());
    assertEquals(List.of(), work.remarks());
  }

  @Test
  void autoWithoutOneTakesTheProcessorAloud() {
    DeviceWork work = Devices.work(DeviceChoice.AUTO, PROVIDERS.subList(0, 1));
    assertEquals(Optional.empty(), work.device());
    assertEquals(List.of("--device auto: the processor computed, since it has 0."), work.remarks());
    assertEquals(
        List.of(
            "--device auto: the processor computed, since this build comes without a backend for one."),
        Devices.work(DeviceChoice.AUTO, List.of()).remarks());
  }

  @Test
  void aNameThatCannotComputeIsRefusedWithTheReason() {
    MissingDeviceException refusal =
        assertThrows(
            MissingDeviceException.class,
            () -> Devices.work(new DeviceChoice("two", 2), PROVIDERS));
    assertEquals(
        "--device two:2: it has 2. --device auto takes the processor where there is none",
        refusal.getMessage());
  }

  @Test
  void theProcessorNeedsNoDevice() {
    assertEquals(Optional.empty(), Devices.work(DeviceChoice.CPU, PROVIDERS).device());
    assertEquals(DeviceChoice.CPU, DeviceChoice.of(" CPU "));
    assertEquals("auto", DeviceChoice.of("auto").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "", "cpu:1", "auto:0", "cuda:x", "cpu auto"})
  void wordsThatAreNoDeviceAreRefused(String word) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> DeviceChoice.of(word));
    assertTrue(String.valueOf(refusal.getMessage()).contains("cuda:1"), refusal.getMessage());
  }

  @Test
  void aPropertySaysWhatHoldsWhereNothingIsSaid() {
    assertEquals(DeviceChoice.CPU, DeviceChoice.usual());
    System.setProperty(DeviceChoice.PROPERTY, "auto");
    try {
      assertEquals(DeviceChoice.AUTO, DeviceChoice.usual());
    } finally {
      System.clearProperty(DeviceChoice.PROPERTY);
    }
  }
}
