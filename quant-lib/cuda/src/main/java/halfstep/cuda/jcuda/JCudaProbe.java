package halfstep.cuda.jcuda;

import halfstep.cuda.device.Capability;
import halfstep.cuda.device.GpuDevice;
import java.util.Optional;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.runtime.JCuda;

/**
 * Finds out whether a GPU can be reached, touching first what is there everywhere. JCuda's runtime
 * library needs nothing of CUDA and says without harm that there is no driver; its driver library
 * needs libcuda, and fails to load without.
 */
public final class JCudaProbe {

  /** The PTX that is shipped is of ISA 8.0, which drivers read from CUDA 12.0 on. */
  private static final int LEAST_DRIVER = 12000;

  private final Optional<String> obstacle;
  private final int devices;

  private JCudaProbe(Optional<String> obstacle, int devices) {
    this.obstacle = obstacle;
    this.devices = devices;
  }

  /** Looks; takes a moment the first time, for libraries are loaded. */
  public static JCudaProbe look() {
    Optional<String> missing = Natives.obstacle();
    if (missing.isPresent()) {
      return new JCudaProbe(missing, 0);
    }
    try {
      int[] version = {0};
      Natives.load(() -> JCuda.cudaDriverGetVersion(version));
      Optional<String> why = driverObstacle(version[0]);
      return why.isPresent() ? new JCudaProbe(why, 0) : lookThroughDriver();
    } catch (LinkageError e) {
      return new JCudaProbe(Optional.of("CUDA's driver does not load: " + firstLine(e)), 0);
    }
  }

  /**
   * Why a driver is of no use.
   *
   * @param version as the runtime tells it: 12000 for CUDA 12.0, 0 if there is none
   */
  static Optional<String> driverObstacle(int version) {
    if (version == 0) {
      return Optional.of("no NVIDIA driver is installed (there is no libcuda)");
    }
    if (version < LEAST_DRIVER) {
      return Optional.of(
          "the NVIDIA driver speaks CUDA %d.%d, but 12.0 is needed; install driver 525 or newer"
              .formatted(version / 1000, version % 1000 / 10));
    }
    return Optional.empty();
  }

  private static JCudaProbe lookThroughDriver() {
    int[] result = {0};
    int[] count = {0};
    Natives.load(() -> result[0] = JCudaDriver.cuInit(0));
    if (result[0] == CUresult.CUDA_SUCCESS) {
      result[0] = JCudaDriver.cuDeviceGetCount(count);
    }
    boolean none = result[0] == CUresult.CUDA_ERROR_NO_DEVICE || count[0] == 0;
    if (result[0] == CUresult.CUDA_SUCCESS && !none) {
      return new JCudaProbe(Optional.empty(), count[0]);
    }
    String why = none ? "it finds no GPU" : "it fails with " + CUresult.stringFor(result[0]);
    return new JCudaProbe(
        Optional.of("there is an NVIDIA driver, but %s; nvidia-smi may tell more".formatted(why)),
        0);
  }

  private static String firstLine(LinkageError error) {
    String text = String.valueOf(error.getMessage());
    return text.lines()
        .filter(line -> line.contains("cannot open shared object file"))
        .findFirst()
        .orElseGet(() -> text.lines().findFirst().orElse(error.getClass().getSimpleName()))
        .strip();
  }

  /** Why device number {@code index} cannot compute; empty if it can. */
  public Optional<String> obstacle(int index) {
    if (obstacle.isPresent()) {
      return obstacle;
    }
    if (index >= devices) {
      return Optional.of(
          devices == 1
              ? "there is only one GPU, cuda:0"
              : "there are %d GPUs, cuda:0 to cuda:%d".formatted(devices, devices - 1));
    }
    Capability capability = capability(device(index));
    return capability.compareTo(Capability.LEAST) < 0
        ? Optional.of(
            "the GPU is an %s, but the kernels need %s (Turing) or newer"
                .formatted(capability, Capability.LEAST))
        : Optional.empty();
  }

  /** Opens device number {@code index}, which has no obstacle. */
  public GpuDevice open(int index) {
    return new JCudaDevice(device(index));
  }

  private static CUdevice device(int index) {
    CUdevice device = new CUdevice();
    JCudaDevice.check(JCudaDriver.cuDeviceGet(device, index), "opening GPU %d".formatted(index));
    return device;
  }

  static Capability capability(CUdevice device) {
    return new Capability(
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
  }

  static int attribute(CUdevice device, int attribute) {
    int[] value = {0};
    JCudaDevice.check(
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "asking for an attribute");
    return value[0];
  }
}
