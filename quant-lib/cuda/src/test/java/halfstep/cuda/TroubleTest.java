package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuException;
import halfstep.cuda.device.Launch;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.hqq.HqqDirect;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a device that has no room, fails, or is not to go on. */
@Tag("standin")
@ExtendWith(StandIn.class)
class TroubleTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 64);

  /** Blocks of 256 groups: eight of them. */
  private static final Matrix W = Gpu.gaussian(256, 512, 0.02f, 1);

  @Test
  void shortMemoryMakesSmallerParts() {
    StandIn.memory(500_000);
    DeviceWork work = DeviceWork.on(Gpu.backend());
    QuantizedMatrix actual = work.call(() -> HqqDirect.quantize(W, SPEC, Hqq.LEGACY));
    Gpu.assertSame(HqqDirect.quantize(W, SPEC, Hqq.LEGACY), actual, "in parts");
    assertEquals(
        List.of(
            "HQQ of 256 × 512: the GPU's memory is short, so it went there in parts of at most 32,768 weights."),
        work.remarks());
    assertEquals(4, StandIn.launches());
    assertEquals(0, StandIn.used());
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    StandIn.memory(40_000);
    CudaBackend backend = Gpu.backend();
    DeviceWork work = DeviceWork.on(backend);
    QuantizedMatrix actual = work.call(() -> RoundToNearest.quantize(W, SPEC));
    Gpu.assertSame(RoundToNearest.quantize(W, SPEC), actual, "on the processor");
    assertEquals(0, StandIn.launches());
    String last = work.remarks().getLast();
    assertTrue(last.startsWith("rounding to nearest of 256 × 512: the processor computed"), last);
    assertTrue(last.contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), last);
    assertEquals(Optional.empty(), backend.failure(), "the device works, it is only full");
  }

  @Test
  void aLostDeviceLeavesTheWorkToTheProcessorForGood() {
    CudaBackend backend = Gpu.backend();
    StandIn.fail(1, 719);
    DeviceWork work = DeviceWork.on(backend);
    QuantizedMatrix actual = work.call(() -> HqqDirect.quantize(W, SPEC, Hqq.LEGACY));
    Gpu.assertSame(HqqDirect.quantize(W, SPEC, Hqq.LEGACY), actual, "on the processor");
    assertEquals(
        List.of(
            "HQQ on 256 × 512: the processor computed, not the GPU: launching hqq_64 failed: CUDA_ERROR_LAUNCH_FAILED (719)."),
        work.remarks());
    assertEquals(
        "the GPU was lost (launching hqq_64 failed: CUDA_ERROR_LAUNCH_FAILED (719)); restart to use it again",
        backend.failure().orElseThrow());
    DeviceWork later = DeviceWork.on(backend);
    later.call(() -> RoundToNearest.quantize(W, SPEC));
    assertTrue(later.remarks().getFirst().contains("the GPU was lost"), later.remarks().toString());
    assertEquals(1, StandIn.launches());
  }

  /** The flag is looked at before each part. */
  @Test
  void anInterruptStopsBetweenKernels() {
    StandIn.memory(500_000);
    DeviceWork work = DeviceWork.on(Gpu.backend());
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> work.call(() -> RoundToNearest.quantize(W, SPEC)));
      assertTrue(Thread.currentThread().isInterrupted());
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.used());
  }

  @Test
  void errorsCarryTheDriversNameAndNumber() {
    GpuDevice device = JCudaProbe.look().open(0);
    GpuException missing = assertThrows(GpuException.class, () -> device.kernel("hqq", "hqq_63"));
    assertEquals(
        "looking for kernel hqq_63 in hqq.ptx failed: CUDA_ERROR_NOT_FOUND (500)",
        missing.getMessage());
    assertFalse(missing.isDeviceLost());
    assertThrows(OutOfDeviceMemoryException.class, () -> device.allocate(1L << 40));
    assertThrows(
        IllegalArgumentException.class, () -> Launch.of(device.kernel("hqq", "hqq_64"), 1, 33));
    assertThrows(
        IllegalArgumentException.class,
        () -> Launch.of(device.kernel("hqq", "hqq_64"), 1, 32).with("a word"));
  }

  /** Memory beyond an allocation is what a device calls an illegal address. */
  @Test
  void aCopyBeyondItsMemoryLosesTheDevice() {
    GpuDevice device = JCudaProbe.look().open(0);
    try (var stream = device.stream();
        DeviceMemory memory = device.allocate(64);
        var host = device.pin(128)) {
      GpuException lost =
          assertThrows(GpuException.class, () -> device.upload(host, memory, 128, stream));
      assertEquals(700, lost.code());
      assertTrue(lost.isDeviceLost());
    }
  }

  @Test
  void theProbeTellsWhatIsMissing() {
    StandIn.devices(0);
    assertEquals(
        "there is an NVIDIA driver, but it finds no GPU; nvidia-smi may tell more",
        JCudaProbe.look().obstacle(0).orElseThrow());
    StandIn.devices(1);
    assertEquals(Optional.empty(), JCudaProbe.look().obstacle(0));
    assertEquals("there is only one GPU, cuda:0", JCudaProbe.look().obstacle(1).orElseThrow());
  }

  @Test
  void theDeviceSaysWhatItIs() {
    String detail = Gpu.backend().detail();
    assertTrue(detail.startsWith("stand-in on the processor, sm_75, 1 multiprocessors, "), detail);
  }
}
