package halfstep.cuda.jcuda;

import halfstep.cuda.device.Capability;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuEvent;
import halfstep.cuda.device.GpuException;
import halfstep.cuda.device.GpuGraph;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.cuda.device.MemoryBudget;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.cuda.device.PtxFiles;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** A GPU by the driver API, in the context that the device's other users in this process share. */
final class JCudaDevice implements GpuDevice {

  /** The rest of the free memory is for what the driver itself takes. */
  private static final double SHARE_OF_FREE = 0.9;

  /** Of captures: what other threads do meanwhile is not looked at. */
  private static final int THIS_THREAD = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;

  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final MemoryBudget budget;
  private final Map<String, CUmodule> modules = new HashMap<>();

  JCudaDevice(CUdevice device) {
    this.device = device;
    check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "opening the GPU");
    enter();
    this.budget = new MemoryBudget((long) (SHARE_OF_FREE * driverFree()));
  }

  static void check(int result, String doing) {
    if (result != CUresult.CUDA_SUCCESS) {
      throw new GpuException(doing, result, CUresult.stringFor(result));
    }
  }

  /** Contexts belong to threads; the driver finds it cheap to be told again. */
  private void enter() {
    check(JCudaDriver.cuCtxSetCurrent(context), "entering the GPU's context");
  }

  @Override
  public String name() {
    byte[] name = new byte[256];
    check(JCudaDriver.cuDeviceGetName(name, name.length, device), "asking for the GPU's name");
    return new String(name, StandardCharsets.UTF_8).split("\0", 2)[0].strip();
  }

  @Override
  public Capability capability() {
    return JCudaProbe.capability(device);
  }

  @Override
  public int multiprocessors() {
    return JCudaProbe.attribute(
        device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  @Override
  public long freeMemory() {
    enter();
    return Math.min(budget.left(), driverFree());
  }

  private static long driverFree() {
    long[] free = {0};
    check(JCudaDriver.cuMemGetInfo(free, new long[1]), "asking for free device memory");
    return free[0];
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    enter();
    budget.take(bytes);
    CUdeviceptr pointer = new CUdeviceptr();
    int result = JCudaDriver.cuMemAlloc(pointer, Math.max(1, bytes));
    if (result != CUresult.CUDA_SUCCESS) {
      budget.give(bytes);
    }
    if (result == OutOfDeviceMemoryException.CODE) {
      throw new OutOfDeviceMemoryException(bytes, driverFree());
    }
    check(result, "taking %,d bytes of device memory".formatted(bytes));
    return new JCudaMemory(pointer, bytes, this);
  }

  /** The result is not looked at: a lost device has freed everything itself. */
  void free(JCudaMemory memory) {
    budget.give(memory.bytes());
    JCudaDriver.cuCtxSetCurrent(context);
    JCudaDriver.cuMemFree(memory.pointer);
  }

  @Override
  public HostMemory pin(long bytes) {
    enter();
    Pointer pointer = new Pointer();
    check(JCudaDriver.cuMemHostAlloc(pointer, bytes, 0), "pinning %,d bytes".formatted(bytes));
    return new JCudaHandles.Pinned(
        pointer, MemorySegment.ofBuffer(pointer.getByteBuffer(0, bytes)));
  }

  @Override
  public GpuStream stream() {
    enter();
    CUstream stream = new CUstream();
    check(JCudaDriver.cuStreamCreate(stream, 1), "making a stream"); // 1: not tied to stream 0
    return new JCudaHandles.Stream(stream);
  }

  @Override
  public void upload(HostMemory from, DeviceMemory to, long bytes, GpuStream stream) {
    enter();
    check(
        JCudaDriver.cuMemcpyHtoDAsync(of(to), of(from), bytes, of(stream)),
        "copying %,d bytes to the GPU".formatted(bytes));
  }

  @Override
  public void download(DeviceMemory from, HostMemory to, long bytes, GpuStream stream) {
    enter();
    check(
        JCudaDriver.cuMemcpyDtoHAsync(of(to), of(from), bytes, of(stream)),
        "copying %,d bytes from the GPU".formatted(bytes));
  }

  @Override
  public void clear(DeviceMemory memory, long bytes, GpuStream stream) {
    enter();
    check(
        JCudaDriver.cuMemsetD8Async(of(memory), (byte) 0, bytes, of(stream)),
        "clearing %,d bytes of the GPU".formatted(bytes));
  }

  @Override
  public GpuKernel kernel(String family, String name) {
    CUfunction function = new CUfunction();
    check(
        JCudaDriver.cuModuleGetFunction(function, module(family), name),
        "looking for kernel %s in %s.ptx".formatted(name, family));
    return new JCudaHandles.Kernel(name, function);
  }

  private synchronized CUmodule module(String family) {
    enter();
    return modules.computeIfAbsent(
        family,
        _ -> {
          CUmodule module = new CUmodule();
          check(
              JCudaDriver.cuModuleLoadData(module, PtxFiles.read(family)),
              "compiling %s.ptx for %s".formatted(family, capability()));
          return module;
        });
  }

  @Override
  public void launch(Launch launch, GpuStream stream) {
    enter();
    CUfunction function = ((JCudaHandles.Kernel) launch.kernel()).function();
    if (launch.sharedBytes() > Launch.MOST_SHARED_BYTES) {
      check(
          JCudaDriver.cuFuncSetAttribute(
              function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              launch.sharedBytes()),
          "asking for %,d bytes of shared memory for %s"
              .formatted(launch.sharedBytes(), launch.kernel().name()));
    }
    Pointer[] arguments = launch.arguments().stream().map(this::pointer).toArray(Pointer[]::new);
    check(
        JCudaDriver.cuLaunchKernel(
            function,
            launch.blocksX(),
            launch.blocksY(),
            1,
            launch.threads(),
            1,
            1,
            launch.sharedBytes(),
            of(stream),
            Pointer.to((NativePointerObject[]) arguments),
            null),
        "launching " + launch.kernel().name());
  }

  @Override
  public GpuGraph graph(List<Launch> launches) {
    CUgraph graph = new CUgraph();
    CUgraphExec ready = new CUgraphExec();
    try (GpuStream stream = stream()) {
      check(JCudaDriver.cuStreamBeginCapture(of(stream), THIS_THREAD), "beginning a graph");
      launches.forEach(launch -> launch(launch, stream));
      check(JCudaDriver.cuStreamEndCapture(of(stream), graph), "ending a graph");
    }
    check(JCudaDriver.cuGraphInstantiate(ready, graph, 0), "making a graph ready");
    JCudaDriver.cuGraphDestroy(graph);
    return new JCudaHandles.Graph(ready);
  }

  @Override
  public void launch(GpuGraph graph, GpuStream stream) {
    enter();
    check(
        JCudaDriver.cuGraphLaunch(((JCudaHandles.Graph) graph).ready(), of(stream)),
        "launching a graph");
  }

  private Pointer pointer(Launch.Argument argument) {
    return switch (argument) {
      case Launch.Whole(int value) -> Pointer.to(new int[] {value});
      case Launch.Real(float value) -> Pointer.to(new float[] {value});
      case JCudaMemory memory -> Pointer.to(memory.pointer);
      default -> throw new IllegalArgumentException(argument + " is no memory of this device");
    };
  }

  @Override
  public void synchronize(GpuStream stream) {
    enter();
    check(JCudaDriver.cuStreamSynchronize(of(stream)), "the GPU's work");
  }

  @Override
  public GpuEvent mark(GpuStream stream) {
    enter();
    CUevent event = new CUevent();
    check(JCudaDriver.cuEventCreate(event, 0), "making an event");
    check(JCudaDriver.cuEventRecord(event, of(stream)), "recording an event");
    return new JCudaHandles.Event(event);
  }

  @Override
  public float millis(GpuEvent from, GpuEvent to) {
    enter();
    float[] millis = {0};
    check(
        JCudaDriver.cuEventSynchronize(((JCudaHandles.Event) to).event()), "waiting for an event");
    check(
        JCudaDriver.cuEventElapsedTime(
            millis, ((JCudaHandles.Event) from).event(), ((JCudaHandles.Event) to).event()),
        "reading an event's time");
    return millis[0];
  }

  @Override
  public synchronized void close() {
    modules.clear();
    JCudaDriver.cuDevicePrimaryCtxRelease(device); // takes modules and memory with it
  }

  private static CUdeviceptr of(DeviceMemory memory) {
    return ((JCudaMemory) memory).pointer;
  }

  private static Pointer of(HostMemory memory) {
    return ((JCudaHandles.Pinned) memory).pointer();
  }

  private static CUstream of(GpuStream stream) {
    return ((JCudaHandles.Stream) stream).stream();
  }
}
