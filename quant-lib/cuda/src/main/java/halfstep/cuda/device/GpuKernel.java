package halfstep.cuda.device;

/** A kernel loaded on a device, which it lives as long as. */
public interface GpuKernel {

  /** As its source names it. */
  String name();
}
